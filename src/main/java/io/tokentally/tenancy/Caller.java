package io.tokentally.tenancy;

import io.quarkus.security.identity.SecurityIdentity;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.Text;
import io.tokentally.shared.UserId;
import jakarta.enterprise.context.RequestScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** The principal of this request. The tenant comes from the verified access token and from nowhere else. */
@RequestScoped
public class Caller {

    private final SecurityIdentity identity;
    private final JsonWebToken accessToken;
    private final String tenantClaim;

    Caller(
            SecurityIdentity identity,
            JsonWebToken accessToken,
            @ConfigProperty(name = "tokentally.identity.tenant-claim", defaultValue = "tenant") String tenantClaim) {
        this.identity = identity;
        this.accessToken = accessToken;
        this.tenantClaim = tenantClaim;
    }

    /** @throws NoTenant when the access token names none, or none that could be a tenant */
    public TenantId tenant() {
        Object claim = accessToken.getClaim(tenantClaim);
        if (claim instanceof String value && TenantId.isValid(value)) {
            return new TenantId(value);
        }
        throw new NoTenant();
    }

    public boolean has(String role) {
        return identity.hasRole(role);
    }

    /** A member and nothing more sees only themselves. */
    public boolean isOnlyMember() {
        return !has(Roles.ADMIN) && !has(Roles.SERVICE);
    }

    /** @throws NotFound when a member asks for somebody else: what you may not see does not exist */
    public void mustBeAllowedToSee(UserId user) {
        if (isOnlyMember() && !user.value().equals(accessToken.getSubject())) {
            throw new NotFound();
        }
    }

    /** @throws NoUser when the access token's subject is no user id */
    public UserId user() {
        String subject = accessToken.getSubject();
        if (subject == null || !Text.isName(subject, UserId.MAX_BYTES)) {
            throw new NoUser();
        }
        return new UserId(subject);
    }
}
