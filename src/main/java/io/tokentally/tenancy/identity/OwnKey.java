package io.tokentally.tenancy.identity;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;

/**
 * A key of this installation (RSA 2048, RS256).
 *
 * @param privateKey of the key that signs; that of an earlier key is gone
 * @param until when an earlier key stops to count (exclusive); empty for the one that signs
 */
public record OwnKey(String kid, RSAPublicKey publicKey, Optional<RSAPrivateKey> privateKey, Optional<Instant> until) {

    /** What the tokens it signs say in {@code iss}. */
    public static final String ISSUER = "tokentally";

    /** Seconds since 1970, as in OpenID Federation's lists of historical keys. */
    private static final String UNTIL = "exp";

    public static OwnKey made() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            return signing(pair.getPublic(), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static OwnKey signing(PublicKey publicKey, PrivateKey privateKey) {
        return new OwnKey(
                kid(publicKey), (RSAPublicKey) publicKey, Optional.of((RSAPrivateKey) privateKey), Optional.empty());
    }

    static OwnKey of(RsaJsonWebKey jwk) {
        Long until = jwk.getOtherParameterValue(UNTIL, Long.class);
        return new OwnKey(
                jwk.getKeyId(),
                jwk.getRsaPublicKey(),
                Optional.ofNullable(jwk.getRsaPrivateKey()),
                Optional.ofNullable(until).map(Instant::ofEpochSecond));
    }

    OwnKey endingAt(Instant end) {
        return new OwnKey(kid, publicKey, Optional.empty(), Optional.of(end));
    }

    boolean countsAt(Instant now) {
        return until.isEmpty() || now.isBefore(until.get());
    }

    JsonWebKey jwk() {
        RsaJsonWebKey jwk = publicJwk();
        privateKey.ifPresent(jwk::setPrivateKey);
        until.ifPresent(end -> jwk.setOtherParameter(UNTIL, end.getEpochSecond()));
        return jwk;
    }

    RsaJsonWebKey publicJwk() {
        RsaJsonWebKey jwk = new RsaJsonWebKey(publicKey);
        jwk.setKeyId(kid);
        jwk.setUse("sig");
        jwk.setAlgorithm("RS256");
        return jwk;
    }

    private static String kid(PublicKey publicKey) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
