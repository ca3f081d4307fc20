package io.tokentally.tenancy;

import io.quarkus.security.identity.SecurityIdentity;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who is calling, as a verified credential says; nothing of a request's path or body is in it.
 *
 * @param tenant empty for a platform-admin, who belongs to none, and for a credential that names none or no possible one
 * @param user empty for a backend, which is nobody in the tenant
 * @param roles of {@link Roles}; other groups of an outside identity provider are left out
 * @param until when the credential ends; null: never
 * @param credential tells this credential's holder from others, for rate limits and the audit log; never the secret
 */
public record Principal(
        Optional<TenantId> tenant, Optional<UserId> user, Set<String> roles, Instant until, String credential) {

    public static final String ATTRIBUTE = "tokentally.principal";

    public Principal {
        roles = Set.copyOf(roles);
    }

    /** The credential as others may read it: one that stands for a person is not named after them. */
    String publicName() {
        return user.isPresent() && credential.startsWith("token:") ? "token" : credential;
    }

    /** @throws IllegalStateException for an identity that no door of ours has let in */
    static Principal of(SecurityIdentity identity) {
        Principal principal = identity.getAttribute(ATTRIBUTE);
        if (principal == null) {
            throw new IllegalStateException("an identity without a principal");
        }
        return principal;
    }
}
