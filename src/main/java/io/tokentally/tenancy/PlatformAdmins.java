package io.tokentally.tenancy;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who operates the installation. With our own keys the role says so; an outside identity provider may have a group of
 * that name for reasons of its own, so there only the group that the operator has named counts.
 */
@ApplicationScoped
class PlatformAdmins implements SecurityIdentityAugmentor {

    private final boolean ownKeys;
    private final Optional<String> group;

    PlatformAdmins(
            @ConfigProperty(name = "tokentally.identity.own-keys", defaultValue = "false") boolean ownKeys,
            @ConfigProperty(name = "tokentally.identity.platform-admin-group") Optional<String> group) {
        this.ownKeys = ownKeys;
        this.group = group;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom().item(ownKeys || identity.isAnonymous() ? identity : withMappedRole(identity));
    }

    private SecurityIdentity withMappedRole(SecurityIdentity identity) {
        Set<String> roles = new HashSet<>(identity.getRoles());
        roles.remove(Roles.PLATFORM_ADMIN);
        group.filter(identity.getRoles()::contains).ifPresent(named -> roles.add(Roles.PLATFORM_ADMIN));
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(identity.getPrincipal())
                .addRoles(roles)
                .addCredentials(identity.getCredentials())
                .addAttributes(identity.getAttributes())
                .build();
    }
}
