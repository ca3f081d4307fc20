package io.tokentally.tenancy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.JsonMembers;
import io.tokentally.shared.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A key that is wanted.
 *
 * @param user whom it stands for; null: a backend
 * @param expiresAt exclusive; null: never
 */
record NewApiKey(String name, List<String> roles, UserId user, Instant expiresAt) {

    static final int MAX_NAME_BYTES = 200;

    /** The form of the body, for the API page. */
    @Schema(
            name = "NewApiKey",
            requiredProperties = {"name", "roles"})
    record Body(
            @Schema(description = "What it is for; 1 to 200 bytes")
            String name,

            @Schema(description = "service, member or admin; at most those of who makes it; member needs user_id")
            List<String> roles,

            @JsonProperty("user_id") @Schema(description = "Whom the key stands for; a string or an integer")
            Object userId,

            @JsonProperty("expires_at") @Schema(description = "From then on it is refused; absent: never")
            Instant expiresAt) {}

    /** @param allowed the roles that whoever makes it may give */
    static NewApiKey read(JsonNode body, Set<String> allowed, Instant now) {
        var members = new JsonMembers(body);
        members.require("name");
        members.require("roles");
        var key = new NewApiKey(
                members.text("name", MAX_NAME_BYTES),
                members.texts("roles", allowed).stream().distinct().sorted().toList(),
                members.userId("user_id"),
                future(members, now));
        if (key.roles.contains(Roles.MEMBER) && key.user == null) {
            members.wrong("user_id", "is required: a member is a user");
        }
        if (key.user != null && !key.roles.equals(List.of(Roles.MEMBER))) {
            members.wrong(
                    "user_id", "goes with the role member alone: what an admin does is not done in another's name");
        }
        members.mustBeGood();
        if (key.roles.isEmpty()) {
            members.wrong("roles", "must name at least one");
            members.mustBeGood();
        }
        return key;
    }

    static Instant future(JsonMembers members, Instant now) {
        Instant at = members.instant("expires_at");
        if (at != null && !at.isAfter(now)) {
            members.wrong("expires_at", "must lie in the future");
        }
        return at;
    }
}
