package io.tokentally.tenancy;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.tokentally.shared.Refusal;
import io.tokentally.tenancy.identity.TokenPrincipals;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Refuses the access tokens of tenants that are suspended, removed or unknown. API keys were asked about already. */
@ApplicationScoped
class TenantAtTheDoor implements SecurityIdentityAugmentor {

    private final Door door;
    private final boolean createOnFirstWrite;

    TenantAtTheDoor(
            Door door,
            @ConfigProperty(name = "tokentally.tenants.create-on-first-write", defaultValue = "false")
                    boolean createOnFirstWrite) {
        this.door = door;
        this.createOnFirstWrite = createOnFirstWrite;
    }

    @Override
    public int priority() {
        return TokenPrincipals.FIRST - 1;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        if (!(identity.getPrincipal() instanceof JsonWebToken)) {
            return Uni.createFrom().item(identity);
        }
        Principal principal = Principal.of(identity);
        return principal
                .tenant()
                .map(tenant -> door.ask(tenant).map(admission -> admitted(identity, principal, admission)))
                .orElseGet(() -> Uni.createFrom().item(identity));
    }

    private SecurityIdentity admitted(SecurityIdentity identity, Principal principal, Admission admission) {
        try {
            admission.mustBeOpen(createOnFirstWrite);
            return identity;
        } catch (Refusal closed) {
            if (principal.roles().contains(Roles.PLATFORM_ADMIN)) {
                return asOperatorAlone(identity, principal);
            }
            throw closed;
        }
    }

    /** Who resumes a tenant must come in; as nothing but the operator. */
    private static SecurityIdentity asOperatorAlone(SecurityIdentity identity, Principal principal) {
        var operator = new Principal(
                Optional.empty(),
                Optional.empty(),
                Set.of(Roles.PLATFORM_ADMIN),
                principal.until(),
                principal.credential());
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(identity.getPrincipal())
                .addRoles(operator.roles())
                .addAttribute(Principal.ATTRIBUTE, operator)
                .build();
    }
}
