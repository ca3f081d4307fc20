package io.tokentally.tenancy;

import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import org.jose4j.jwt.JwtClaims;

/** An access token that was verified, with what it says of its bearer. */
final class VerifiedToken extends DefaultJWTCallerPrincipal {

    private final Principal principal;

    VerifiedToken(String type, JwtClaims claims, Principal principal) {
        super(type, claims);
        this.principal = principal;
    }

    Principal principal() {
        return principal;
    }
}
