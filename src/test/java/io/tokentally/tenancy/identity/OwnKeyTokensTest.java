package io.tokentally.tenancy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.jwt.auth.principal.ParseException;
import io.tokentally.boot.Grant;
import io.tokentally.boot.SigningKeys;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Principal;
import io.tokentally.testing.LocalProvider;
import io.tokentally.testing.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that runs while its keys change in the folder. The clock is set; only the tokens' own times are real. */
class OwnKeyTokensTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Grant OPERATOR = new Grant(Optional.empty(), Optional.empty(), List.of("platform-admin"), DAY);
    private static final Grant ADMIN =
            new Grant(Optional.of(new TenantId("acme")), Optional.empty(), List.of("admin"), DAY);

    private final TestClock clock = new TestClock();
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path home;

    private Path folder;
    private SigningKeys first;
    private Verifier service;

    @BeforeEach
    void start() {
        at(Duration.ZERO);
        folder = home.resolve("keys");
        first = SigningKeys.in(folder);
        service = Verifier.with(ourOwnAlone(), clock);
    }

    @Test
    void areReadAsWhatTheyGrant() throws Exception {
        Principal principal = service.verify(token(first));

        assertThat(principal.tenant()).contains(new TenantId("acme"));
        assertThat(principal.roles()).containsExactly("admin");
        assertThat(service.verify(first.mint(OPERATOR, start)).roles()).containsExactly("platform-admin");
    }

    @Test
    void ofANewKeyCountWithinASecondAndThoseOfTheOldOneStill() throws Exception {
        service.verify(token(first));
        SigningKeys second = first.rotate(DAY, clock.instant());

        at(Duration.ofSeconds(1));

        service.verify(token(second));
        service.verify(token(first));
    }

    /** Otherwise inventing kids would make us read the file each time. */
    @Test
    void ofAnUnknownKeyAreNotLookedForTwiceInASecond() throws Exception {
        service.verify(token(first));
        SigningKeys second = first.rotate(DAY, clock.instant());

        at(Duration.ofMillis(999));

        assertRefused(token(second));
    }

    @Test
    void ofTheOldKeyEndWithTheOverlapToTheSecond() throws Exception {
        first.rotate(Duration.ofHours(1), clock.instant());

        at(Duration.ofMinutes(60).minusMillis(1));
        service.verify(token(first));
        at(Duration.ofMinutes(60));
        assertRefused(token(first));
    }

    @Test
    void ofARetiredKeyEndWithinSeconds() throws Exception {
        String kid = kid(token(first));
        first.rotate(DAY, clock.instant());
        service.verify(token(first));
        first.retire(kid);

        at(Duration.ofSeconds(5));

        assertRefused(token(first));
    }

    @Test
    void thatAreRememberedEndWithinAMinute() throws Exception {
        String remembered = token(first);
        service.verify(remembered);
        String kid = kid(remembered);
        first.rotate(DAY, clock.instant()).retire(kid);

        at(Duration.ofSeconds(59));
        service.verify(remembered);
        at(Duration.ofSeconds(60));
        assertRefused(remembered);
    }

    @Test
    void withoutAKidAreTriedWithEachKeyThatCounts() throws Exception {
        PublicJsonWebKey old = privateJwk(folder);
        first.rotate(Duration.ofHours(1), clock.instant());
        PublicJsonWebKey present = privateJwk(folder);

        service.verify(LocalProvider.signed(claims(), old, null, "RS256"));
        service.verify(LocalProvider.signed(claims(), present, null, "RS256"));
        assertRefused(LocalProvider.signed(claims(), LocalProvider.key("x", "RS256"), null, "RS256"));
        at(Duration.ofHours(1));
        assertRefused(LocalProvider.signed(claims(), old, null, "RS256"));
    }

    @Test
    void areNotTriedWithAnotherKeyThanTheirKidSays() {
        PublicJsonWebKey old = privateJwk(folder);
        first.rotate(DAY, clock.instant());
        PublicJsonWebKey present = privateJwk(folder);

        assertRefused(LocalProvider.signed(claims(), present, old.getKeyId(), "RS256"));
    }

    @Test
    void goOnToCountWhileTheFileCannotBeRead() throws Exception {
        service.verify(token(first));
        Files.writeString(folder.resolve("signing-keys.json"), "{\"keys\":[");

        at(Duration.ofSeconds(5));

        service.verify(token(first));
        assertRefused(LocalProvider.signed(claims(), LocalProvider.key("x", "RS256")));
    }

    @Test
    void areSignedAsWeSignAndInNoOtherWay() {
        PublicJsonWebKey key = privateJwk(folder);

        assertRefused(LocalProvider.signed(claims(), key, key.getKeyId(), "RS512"));
        assertRefused(LocalProvider.signed(claims(), key, key.getKeyId(), "PS256"));
    }

    @Nested
    class BesideAnIdentityProvider {

        private static final PublicJsonWebKey THEIRS = LocalProvider.key("theirs", "RS256");

        @Test
        void areRefusedUnlessAllowed() throws Exception {
            try (LocalProvider provider = provider()) {
                Map<String, String> environment = theirs(provider);
                service = Verifier.with(environment, clock);

                assertRefused(token(first));
                service.verify(LocalProvider.signed(theirClaims(), THEIRS));
            }
        }

        @Test
        void areBelievedWithTheirOwnKeysAndRolesIfAllowed() throws Exception {
            try (LocalProvider provider = provider()) {
                service = Verifier.with(both(provider), clock);

                assertThat(service.verify(first.mint(OPERATOR, start)).roles()).containsExactly("platform-admin");
                assertThat(service.verify(LocalProvider.signed(theirClaims(), THEIRS))
                                .roles())
                        .containsExactly("admin");
            }
        }

        /** The one's key under the other's name. */
        @Test
        void areNeverTakenForTheProvidersNorTheProvidersForOurs() throws Exception {
            try (LocalProvider provider = provider()) {
                service = Verifier.with(both(provider), clock);
                PublicJsonWebKey ours = privateJwk(folder);

                assertRefused(LocalProvider.signed(claims(), THEIRS));
                assertRefused(LocalProvider.signed(theirClaims(), ours));
                assertRefused(LocalProvider.signed(claims(), THEIRS, ours.getKeyId(), "RS256"));
                assertRefused(LocalProvider.signed(theirClaims(), ours, "theirs", "RS256"));
                assertRefused(LocalProvider.signed(with(theirClaims(), "iss", List.of("tokentally")), THEIRS));
            }
        }

        private static LocalProvider provider() {
            LocalProvider provider = new LocalProvider();
            provider.publish(THEIRS);
            return provider;
        }

        private Map<String, String> both(LocalProvider provider) {
            Map<String, String> environment = theirs(provider);
            environment.put("TOKENTALLY_IDENTITY_OWN_KEY_FOLDER", folder.toString());
            return environment;
        }

        private static Map<String, String> theirs(LocalProvider provider) {
            return new HashMap<>(Map.of(
                    "MP_JWT_VERIFY_PUBLICKEY_LOCATION", provider.jwksUrl(),
                    "MP_JWT_VERIFY_ISSUER", "https://id.example",
                    "MP_JWT_VERIFY_AUDIENCES", "tokentally"));
        }

        private static Map<String, Object> theirClaims() {
            return with(with(claims(), "iss", "https://id.example"), "aud", "tokentally");
        }
    }

    private Map<String, String> ourOwnAlone() {
        return Map.of("TOKENTALLY_IDENTITY_OWN_KEYS", "true", "TOKENTALLY_IDENTITY_OWN_KEY_FOLDER", folder.toString());
    }

    private void at(Duration sinceStart) {
        clock.set(start.plus(sinceStart).toString());
    }

    private void assertRefused(String token) {
        assertThatExceptionOfType(ParseException.class).isThrownBy(() -> service.verify(token));
    }

    /** Each has another id, so that none is remembered. */
    private String token(SigningKeys keys) {
        return keys.mint(ADMIN, start);
    }

    private static Map<String, Object> claims() {
        return LocalProvider.goodNow(Map.of(
                "iss", "tokentally", "sub", "7", "tenant", "acme", "groups", List.of("admin", "platform-admin")));
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    private static String kid(String token) throws Exception {
        return ((JsonWebSignature) JsonWebSignature.fromCompactSerialization(token)).getKeyIdHeaderValue();
    }

    private static PublicJsonWebKey privateJwk(Path folder) {
        try {
            return (RsaJsonWebKey) OwnKeySet.in(folder).signing().jwk();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
