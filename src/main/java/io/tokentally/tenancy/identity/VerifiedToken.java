package io.tokentally.tenancy.identity;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.tokentally.tenancy.Principal;
import java.util.Set;
import org.jose4j.jwt.JwtClaims;

/** An access token that was verified, with what it says of its bearer. */
final class VerifiedToken extends DefaultJWTCallerPrincipal {

    private final Principal principal;

    VerifiedToken(String type, JwtClaims claims, Principal principal) {
        this.principal = principal;
        super(type, claims);
    }

    /** Roles of ours, wherever they stood. What a claim of this name says otherwise is nobody's business. */
    @Override
    public Set<String> getGroups() {
        return principal.roles();
    }

    Principal principal() {
        return principal;
    }
}
