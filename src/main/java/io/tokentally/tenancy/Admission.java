package io.tokentally.tenancy;

import io.tokentally.shared.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What PostgreSQL knew of a credential at the moment it was shown.
 *
 * @param known whether its tenant exists
 * @param key the API key of the prefix that was shown; empty for none, and for access tokens
 */
record Admission(boolean known, boolean suspended, boolean removed, Optional<KnownKey> key) {

    /** @param user whom the key stands for; empty for a backend */
    record KnownKey(
            UUID id,
            byte[] hash,
            Set<String> roles,
            Optional<UserId> user,
            Instant expiresAt,
            Instant revokedAt,
            Instant lastUsedAt) {

        boolean counts(ApiKey shown, Instant now) {
            return shown.hasHash(hash) && revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
        }
    }

    /**
     * @param madeAtFirstWrite whether a tenant that does not exist yet may come in, to be made
     * @throws UnknownTenant for one that does not exist or exists no longer
     * @throws TenantSuspended for one that is suspended
     */
    void mustBeOpen(boolean madeAtFirstWrite) {
        if (removed || (!known && !madeAtFirstWrite)) {
            throw new UnknownTenant();
        }
        if (suspended) {
            throw new TenantSuspended();
        }
    }
}
