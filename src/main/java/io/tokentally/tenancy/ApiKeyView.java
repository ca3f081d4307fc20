package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An API key as people see it.
 *
 * @param key the whole key, in the answer that made it and never again
 * @param prefix what the key begins with, to recognise it by
 * @param userId whom it stands for; null: a backend
 * @param createdWith the credential that made it, as the audit log names it
 * @param expiresAt from then on it is refused; null: never
 * @param replacedBy the key it was rotated into
 * @param lastUsedAt to the minute
 */
public record ApiKeyView(
        UUID id,
        @JsonInclude(JsonInclude.Include.NON_NULL) String key,
        String prefix,
        String name,
        List<String> roles,
        @JsonProperty("user_id") Object userId,
        State state,
        @JsonProperty("created_at") Instant createdAt,
        @JsonProperty("created_by") Object createdBy,
        @JsonProperty("created_with") String createdWith,
        @JsonProperty("expires_at") @Schema(nullable = true) Instant expiresAt,
        @JsonProperty("revoked_at") @Schema(nullable = true) Instant revokedAt,

        @JsonProperty("replaced_by") @Schema(nullable = true)
        UUID replacedBy,

        @JsonProperty("last_used_at") @Schema(nullable = true)
        Instant lastUsedAt) {

    /** What the key is good for now. */
    @Schema(name = "ApiKeyState")
    public enum State {
        @JsonProperty("active")
        ACTIVE,
        @JsonProperty("expired")
        EXPIRED,
        @JsonProperty("revoked")
        REVOKED;

        static State of(Instant expiresAt, Instant revokedAt, Instant now) {
            if (revokedAt != null) {
                return REVOKED;
            }
            return expiresAt == null || now.isBefore(expiresAt) ? ACTIVE : EXPIRED;
        }
    }

    ApiKeyView shownOnce(ApiKey made) {
        return new ApiKeyView(
                id,
                made.text(),
                prefix,
                name,
                roles,
                userId,
                state,
                createdAt,
                createdBy,
                createdWith,
                expiresAt,
                revokedAt,
                replacedBy,
                lastUsedAt);
    }
}
