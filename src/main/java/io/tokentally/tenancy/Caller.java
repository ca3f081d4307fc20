package io.tokentally.tenancy;

import io.quarkus.security.identity.SecurityIdentity;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import jakarta.enterprise.context.RequestScoped;

/** The principal of this request. The tenant comes from the verified credential and from nowhere else. */
@RequestScoped
public class Caller {

    private final SecurityIdentity identity;

    Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    public Principal principal() {
        return Principal.of(identity);
    }

    /** @throws NoTenant when the credential names none, or none that could be a tenant */
    public TenantId tenant() {
        return principal().tenant().orElseThrow(NoTenant::new);
    }

    public boolean has(String role) {
        return principal().roles().contains(role);
    }

    /** A member and nothing more sees only themselves. */
    public boolean isOnlyMember() {
        return !has(Roles.ADMIN) && !has(Roles.SERVICE);
    }

    /** A backend and nothing more: it knows users by the ids it made, and needs no names. */
    public boolean isOnlyService() {
        return has(Roles.SERVICE) && !has(Roles.ADMIN);
    }

    /** @throws NotFound when a member asks for somebody else: what you may not see does not exist */
    public void mustBeAllowedToSee(UserId user) {
        if (isOnlyMember() && !principal().user().filter(user::equals).isPresent()) {
            throw new NotFound();
        }
    }

    /** @throws NoUser when the credential stands for no user */
    public UserId user() {
        return principal().user().orElseThrow(NoUser::new);
    }
}
