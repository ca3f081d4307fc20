package io.tokentally.tenancy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.ParseException;
import io.tokentally.testing.LocalProvider;
import io.tokentally.testing.TestClock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys at a URL, over HTTP. Intervals of 0 minutes stand for intervals that have gone by. */
class ProviderKeysTest {

    private static final PublicJsonWebKey FIRST = LocalProvider.key("first", "RS256");
    private static final PublicJsonWebKey SECOND = LocalProvider.key("second", "RS256");
    private static final PublicJsonWebKey CURVE = LocalProvider.key("curve", "ES256");

    private final LocalProvider provider = new LocalProvider();
    private final TestClock clock = new TestClock();
    private final Map<String, String> environment = new HashMap<>(Map.of(
            "MP_JWT_VERIFY_PUBLICKEY_LOCATION", provider.jwksUrl(),
            "MP_JWT_VERIFY_ISSUER", "https://id.example",
            "MP_JWT_VERIFY_AUDIENCES", "tokentally"));

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void areFetchedOnceForManyTokens() throws Exception {
        provider.publish(FIRST);
        Verifier verifier = verifier();

        for (int i = 0; i < 50; i++) {
            verifier.verify(token(FIRST));
        }

        assertThat(provider.requests()).isEqualTo(1);
    }

    @Test
    void countAtTheFirstTokenAfterTheProviderRotates() throws Exception {
        provider.publish(FIRST);
        Verifier verifier = verifier();
        verifier.verify(token(FIRST));

        provider.publish(SECOND);

        verifier.verify(token(SECOND));
        verifier.verify(token(FIRST));
        assertThat(provider.requests()).isEqualTo(2);
    }

    @Test
    void areNotAskedForMoreOftenByInventedKids() throws Exception {
        provider.publish(FIRST);
        Verifier verifier = verifier();
        verifier.verify(token(FIRST));

        for (int i = 0; i < 200; i++) {
            String invented = UUID.randomUUID().toString();
            assertRefused(verifier, LocalProvider.signed(claims(), SECOND, invented, "RS256"));
        }

        verifier.verify(token(FIRST));
        assertThat(provider.requests()).isEqualTo(2);
    }

    /** The provider of these tests allows its answer to be kept for a week. */
    @Test
    void countNoLongerAfterTheRefreshThatLacksThem() throws Exception {
        environment.put("SMALLRYE_JWT_JWKS_REFRESH_INTERVAL", "0");
        provider.publish(FIRST);
        provider.publish(SECOND);
        Verifier verifier = verifier();
        verifier.verify(token(FIRST));

        provider.takeBack(FIRST);

        assertRefused(verifier, token(FIRST));
        verifier.verify(token(SECOND));
    }

    @Test
    void goOnToCountWhileTheProviderIsAway() throws Exception {
        environment.put("SMALLRYE_JWT_JWKS_REFRESH_INTERVAL", "0");
        provider.publish(FIRST);
        Verifier verifier = verifier();
        verifier.verify(token(FIRST));

        provider.close();

        verifier.verify(token(FIRST));
        assertRefused(verifier, token(SECOND));
        verifier.verify(token(FIRST));
    }

    @Test
    void goOnToCountWhileTheProviderAnswersNonsense() throws Exception {
        environment.put("SMALLRYE_JWT_JWKS_REFRESH_INTERVAL", "0");
        provider.publish(FIRST);
        Verifier verifier = verifier();
        verifier.verify(token(FIRST));

        provider.answersWith(200, "<html>maintenance</html>");

        for (int i = 0; i < 20; i++) {
            verifier.verify(token(FIRST));
            assertRefused(verifier, token(SECOND));
        }
        assertThat(provider.requests()).isLessThanOrEqualTo(3);
    }

    /** What SmallRye alone would take for the key, and never look again. */
    @Test
    void areHadAfterAllWhenTheProviderWasAwayAtTheStart() throws Exception {
        environment.put("SMALLRYE_JWT_JWKS_FORCED_REFRESH_INTERVAL", "0");
        provider.answersWith(200, "<html>maintenance</html>");
        clock.set("2026-11-21T10:00:00Z");
        Verifier verifier = verifier();
        provider.publish(FIRST);
        for (int i = 0; i < 20; i++) {
            assertRefused(verifier, token(FIRST));
        }
        assertThat(provider.requests()).isEqualTo(1);

        provider.answersWith(503, "");
        clock.set("2026-11-21T10:00:10Z");
        assertRefused(verifier, token(FIRST));
        assertThat(provider.requests()).isEqualTo(2);

        provider.answersWith(200, null);
        clock.set("2026-11-21T10:00:20Z");
        verifier.verify(token(FIRST));
    }

    @Test
    void areTheOnlyOnesThatCount() throws Exception {
        provider.publish(FIRST);
        provider.publish(CURVE);
        Verifier verifier = verifier();

        assertRefused(verifier, LocalProvider.signed(claims(), SECOND, "first", "RS256"));
        assertRefused(verifier, LocalProvider.signed(claims(), SECOND, null, "RS256"));
        assertRefused(verifier, LocalProvider.signed(claims(), FIRST, "curve", "RS256"));
        verifier.verify(token(FIRST));
    }

    @Test
    void mayBeOfTwoKindsIfBothAreConfigured() throws Exception {
        environment.put("MP_JWT_VERIFY_PUBLICKEY_ALGORITHM", "RS256,ES256");
        provider.publish(FIRST);
        provider.publish(CURVE);
        Verifier verifier = verifier();

        verifier.verify(token(FIRST));
        verifier.verify(token(CURVE));
        assertRefused(verifier, LocalProvider.signed(claims(), FIRST, "first", "RS384"));
        assertRefused(verifier, LocalProvider.signed(claims(), FIRST, "curve", "RS256"));
    }

    /** Neither by the key's own bytes, nor with an algorithm that somebody configured in spite of all. */
    @Test
    void areNeverTakenForASharedSecret() throws Exception {
        provider.publish(FIRST);
        byte[] publicKey = ((RsaJsonWebKey) FIRST).getRsaPublicKey().getEncoded();
        String forged = withSecret(publicKey);

        assertRefused(verifier(), forged);
        Verifier careless = verifier();
        careless.rules().setSignatureAlgorithm(Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.HS256));
        assertRefused(careless, forged);
        assertRefused(careless, token(FIRST));
    }

    @Test
    void areNotHadFromTheTokenItself() throws Exception {
        provider.publish(FIRST);
        var token = new JsonWebSignature();
        token.setPayload(JsonUtil.toJson(claims()));
        token.setKey(SECOND.getPrivateKey());
        token.setAlgorithmHeaderValue("RS256");
        token.setKeyIdHeaderValue("second");
        token.setHeader("jku", provider.jwksUrl());
        token.getHeaders().setJwkHeaderValue("jwk", SECOND);

        assertRefused(verifier(), token.getCompactSerialization());
    }

    private Verifier verifier() {
        return Verifier.with(environment, clock);
    }

    private static String token(PublicJsonWebKey key) {
        return LocalProvider.signed(claims(), key);
    }

    /** Each has another id, so that none is remembered. */
    private static Map<String, Object> claims() {
        return LocalProvider.goodNow(Map.of(
                "iss", "https://id.example",
                "aud", List.of("tokentally"),
                "sub", "jane",
                "tenant", "acme",
                "jti", UUID.randomUUID().toString()));
    }

    private static String withSecret(byte[] secret) throws Exception {
        var token = new JsonWebSignature();
        token.setPayload(JsonUtil.toJson(claims()));
        token.setKey(new HmacKey(secret));
        token.setAlgorithmHeaderValue("HS256");
        token.setKeyIdHeaderValue("first");
        return token.getCompactSerialization();
    }

    private static void assertRefused(Verifier verifier, String token) {
        assertThatExceptionOfType(ParseException.class).isThrownBy(() -> verifier.verify(token));
    }
}
