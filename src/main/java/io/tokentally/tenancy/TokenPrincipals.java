package io.tokentally.tenancy;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.Text;
import io.tokentally.shared.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Reads a verified access token into a {@link Principal}.
 *
 * <p>With our own keys the groups are roles. An outside identity provider may have a group called platform-admin for
 * reasons of its own, so there only the group that the operator has named counts.
 */
@ApplicationScoped
class TokenPrincipals implements SecurityIdentityAugmentor {

    /** Before whoever asks for the principal. */
    static final int FIRST = 100;

    private final boolean ownKeys;
    private final String tenantClaim;
    private final Optional<String> platformAdmins;

    TokenPrincipals(
            @ConfigProperty(name = "tokentally.identity.own-keys", defaultValue = "false") boolean ownKeys,
            @ConfigProperty(name = "tokentally.identity.tenant-claim", defaultValue = "tenant") String tenantClaim,
            @ConfigProperty(name = "tokentally.identity.platform-admin-group") Optional<String> platformAdmins) {
        this.ownKeys = ownKeys;
        this.tenantClaim = tenantClaim;
        this.platformAdmins = platformAdmins;
    }

    @Override
    public int priority() {
        return FIRST;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom()
                .item(
                        identity.getPrincipal() instanceof JsonWebToken token
                                ? withPrincipal(identity, token)
                                : identity);
    }

    private SecurityIdentity withPrincipal(SecurityIdentity identity, JsonWebToken token) {
        var principal =
                new Principal(tenant(token), user(token), roles(identity.getRoles()), "token:" + token.getName());
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(token)
                .addRoles(principal.roles())
                .addCredentials(identity.getCredentials())
                .addAttributes(identity.getAttributes())
                .addAttribute(Principal.ATTRIBUTE, principal)
                .build();
    }

    private Optional<TenantId> tenant(JsonWebToken token) {
        Object claim = token.getClaim(tenantClaim);
        return claim instanceof String value && TenantId.isValid(value)
                ? Optional.of(new TenantId(value))
                : Optional.empty();
    }

    private static Optional<UserId> user(JsonWebToken token) {
        return Optional.ofNullable(token.getSubject())
                .filter(subject -> Text.isName(subject, UserId.MAX_BYTES))
                .map(UserId::new);
    }

    private Set<String> roles(Set<String> groups) {
        var roles = new HashSet<>(groups);
        roles.retainAll(Roles.ALL);
        if (!ownKeys) {
            roles.remove(Roles.PLATFORM_ADMIN);
            platformAdmins.filter(groups::contains).ifPresent(named -> roles.add(Roles.PLATFORM_ADMIN));
        }
        return roles;
    }
}
