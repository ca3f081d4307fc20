package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeysTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Grant MEMBER = new Grant(
            Optional.of(new TenantId("acme")), Optional.of(new UserId("123")), List.of("member"), Duration.ofHours(1));

    @TempDir
    static Path home;

    private static SigningKeys keys;

    @BeforeAll
    static void makeKeys() {
        keys = SigningKeys.in(home.resolve("keys"));
    }

    @Test
    void signsWhatThePublicKeyVerifies() throws Exception {
        JwtClaims claims = verified(keys.mint(MEMBER, NOW), keys);
        assertThat(claims.getIssuer()).isEqualTo("tokentally");
        assertThat(claims.getSubject()).isEqualTo("123");
        assertThat(claims.getStringClaimValue("tenant")).isEqualTo("acme");
        assertThat(claims.getStringListClaimValue("groups")).containsExactly("member");
        assertThat(claims.getIssuedAt().getValue()).isEqualTo(NOW.getEpochSecond());
        assertThat(claims.getExpirationTime().getValue()).isEqualTo(NOW.getEpochSecond() + 3600);
        assertThat(claims.getJwtId()).isNotBlank();
    }

    @Test
    void namesABearerWhoIsNoUserByRoleAndTenant() throws Exception {
        Grant backend =
                new Grant(Optional.of(new TenantId("acme")), Optional.empty(), List.of("service"), Duration.ofHours(1));
        JwtClaims claims = verified(keys.mint(backend, NOW), keys);
        assertThat(claims.getSubject()).isNull();
        assertThat(claims.getStringClaimValue("upn")).isEqualTo("service@acme");
    }

    @Test
    void givesEachAccessTokenItsOwnId() throws Exception {
        assertThat(verified(keys.mint(MEMBER, NOW), keys).getJwtId())
                .isNotEqualTo(verified(keys.mint(MEMBER, NOW), keys).getJwtId());
    }

    @Test
    void keepsTheKeysOfTheFirstStart() throws Exception {
        SigningKeys later = SigningKeys.in(home.resolve("keys"));
        assertThat(verified(keys.mint(MEMBER, NOW), later).getSubject()).isEqualTo("123");
    }

    @Test
    void doesNotVerifyWhatAnotherInstallationSigned() {
        SigningKeys others = SigningKeys.in(home.resolve("other-keys"));
        assertThatExceptionOfType(InvalidJwtException.class).isThrownBy(() -> verified(others.mint(MEMBER, NOW), keys));
    }

    @Test
    void keepsThePrivateKeyFromOtherUsersOfTheMachine() throws IOException {
        assertThat(permissions("keys")).isEqualTo("rwx------");
        assertThat(permissions("keys/signing-keys.json")).isEqualTo("rw-------");
    }

    @Test
    void leavesNothingUnfinishedBehind() throws IOException {
        assertThat(EmbeddedPostgresTest.filesIn(home)).noneMatch(name -> name.contains("new"));
        assertThat(EmbeddedPostgresTest.filesIn(home.resolve("keys")))
                .containsExactly("signing-keys.json");
    }

    @Test
    void refusesAKeyItCannotRead() throws IOException {
        Path torn = Files.createDirectory(home.resolve("torn"));
        Files.writeString(torn.resolve("signing-keys.json"), "{\"keys\":[{\"kty\":\"RSA\"");
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> SigningKeys.in(torn))
                .withMessageStartingWith("The signing keys in " + torn + " cannot be read");
    }

    private static JwtClaims verified(String accessToken, SigningKeys keys) throws InvalidJwtException {
        return verified(accessToken, keys, NOW);
    }

    static JwtClaims verified(String accessToken, SigningKeys keys, Instant at) throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setVerificationKey(keys.publicKey())
                .setEvaluationTime(NumericDate.fromSeconds(at.getEpochSecond()))
                .build()
                .processToClaims(accessToken);
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(path)));
    }
}
