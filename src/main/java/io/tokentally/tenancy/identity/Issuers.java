package io.tokentally.tenancy.identity;

import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import java.time.Clock;
import java.util.Optional;
import org.jose4j.json.JsonUtil;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Whose tokens are believed: this installation's, an identity provider's, or, where the operator allows it, both. Each
 * has keys of its own; the token's {@code iss} says whose to try, and is verified with the rest.
 *
 * @param ourselves empty where own-key tokens are off, or verified by {@code mp.jwt.*} as those of another replica
 * @param configured empty where there is no identity provider
 */
record Issuers(Optional<Issuer> ourselves, Optional<Issuer> configured) {

    static Issuers of(IdentitySettings settings, Clock clock) {
        Optional<Issuer> ourselves =
                settings.ownKeyFolder().map(folder -> Issuer.ourselves(new OwnKeysOnDisk(folder, clock)));
        if (settings.ownKeys()) {
            return ourselves.isPresent()
                    ? new Issuers(ourselves, Optional.empty())
                    : new Issuers(Optional.empty(), Optional.of(Issuer.configured(ClaimReader.ofOurOwn(), clock)));
        }
        return new Issuers(ourselves, Optional.of(Issuer.configured(ClaimReader.ofProvider(settings), clock)));
    }

    VerifiedToken verify(String token, JWTAuthContextInfo settings) throws ParseException {
        return issuerOf(token).verify(token, settings);
    }

    private Issuer issuerOf(String token) throws ParseException {
        if (ourselves.isEmpty() || configured.isEmpty()) {
            return ourselves.or(() -> configured).orElseThrow();
        }
        return Issuer.OURSELVES.equals(claimedIssuer(token)) ? ourselves.get() : configured.get();
    }

    private static Object claimedIssuer(String token) throws ParseException {
        try {
            var unverified = (JsonWebSignature) JsonWebSignature.fromCompactSerialization(token);
            return JsonUtil.parseJson(unverified.getUnverifiedPayload()).get("iss");
        } catch (JoseException | ClassCastException e) {
            throw new ParseException("this is no signed token", e);
        }
    }
}
