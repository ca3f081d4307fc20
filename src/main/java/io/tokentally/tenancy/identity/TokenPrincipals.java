package io.tokentally.tenancy.identity;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.tokentally.tenancy.Principal;
import jakarta.enterprise.context.ApplicationScoped;

/** Gives the identity behind a verified access token its {@link Principal}, and no roles but that one's. */
@ApplicationScoped
public class TokenPrincipals implements SecurityIdentityAugmentor {

    /** Before whoever asks for the principal. */
    public static final int FIRST = 100;

    @Override
    public int priority() {
        return FIRST;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return Uni.createFrom()
                .item(
                        identity.getPrincipal() instanceof VerifiedToken token
                                ? withPrincipal(identity, token)
                                : identity);
    }

    private static SecurityIdentity withPrincipal(SecurityIdentity identity, VerifiedToken token) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(token)
                .addRoles(token.principal().roles())
                .addCredentials(identity.getCredentials())
                .addAttributes(identity.getAttributes())
                .addAttribute(Principal.ATTRIBUTE, token.principal())
                .build();
    }
}
