package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.identity.OwnKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
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
        assertThat(EmbeddedPostgresTest.filesIn(home.resolve("keys"))).containsExactly("signing-keys.json");
    }

    @Test
    void refusesAKeyItCannotRead() throws IOException {
        Path torn = Files.createDirectory(home.resolve("torn"));
        Files.writeString(torn.resolve("signing-keys.json"), "{\"keys\":[{\"kty\":\"RSA\"");
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> SigningKeys.in(torn))
                .withMessageStartingWith("The signing keys in " + torn + " cannot be read");
    }

    /** As made before keys could be rotated. */
    @Nested
    class TheTwoFilesOfOld {

        @TempDir
        Path old;

        private KeyPair pair;
        private Path folder;

        @BeforeEach
        void write() throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            pair = generator.generateKeyPair();
            folder = Files.createDirectory(old.resolve("keys"));
            pem("private-key.pem", "PRIVATE KEY", pair.getPrivate());
            pem("public-key.pem", "PUBLIC KEY", pair.getPublic());
        }

        @Test
        void goOnToWork() throws Exception {
            assertThat(SigningKeys.in(folder).publicKey()).isEqualTo(pair.getPublic());
            assertThat(EmbeddedPostgresTest.filesIn(folder)).containsExactly("private-key.pem", "public-key.pem");
        }

        @Test
        void keepTheirKid() throws Exception {
            String thumbprint = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(pair.getPublic().getEncoded()));
            assertThat(SigningKeys.in(folder).keys().signing().kid()).isEqualTo(thumbprint);
        }

        @Test
        void endWithTheFirstRotation() throws Exception {
            SigningKeys before = SigningKeys.in(folder);
            SigningKeys after = before.rotate(Duration.ofDays(1), NOW);

            assertThat(EmbeddedPostgresTest.filesIn(folder)).containsExactly("lock", "signing-keys.json");
            assertThat(after.keys().countingAt(NOW))
                    .extracting(OwnKey::publicKey)
                    .contains((RSAPublicKey) pair.getPublic());
        }

        /** It stopped after the new file was there: the old private key must not lie about for ever. */
        @Test
        void endAlsoIfTheFirstRotationWasCutShort() throws Exception {
            SigningKeys after = SigningKeys.in(folder).rotate(Duration.ofDays(1), NOW);
            pem("private-key.pem", "PRIVATE KEY", pair.getPrivate());
            pem("public-key.pem", "PUBLIC KEY", pair.getPublic());
            Files.writeString(folder.resolve("signing-keys.json.new"), "{\"keys\":[{\"kty\"");

            assertThat(SigningKeys.in(folder).publicKey()).isEqualTo(after.publicKey());
            assertThat(EmbeddedPostgresTest.filesIn(folder)).doesNotContain("private-key.pem", "public-key.pem");
            SigningKeys.in(folder).rotate(Duration.ofDays(1), NOW);
            assertThat(EmbeddedPostgresTest.filesIn(folder)).containsExactly("lock", "signing-keys.json");
        }

        private void pem(String name, String type, Key key) throws IOException {
            Files.writeString(
                    folder.resolve(name),
                    "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                            .formatted(type, Base64.getMimeEncoder().encodeToString(key.getEncoded())));
        }
    }

    @Nested
    class Rotation {

        @TempDir
        Path own;

        @Test
        void keepsNoPrivateHalfOfAnEarlierKey() throws Exception {
            SigningKeys first = SigningKeys.in(own.resolve("keys"));
            String secret = Files.readString(own.resolve("keys/signing-keys.json"))
                    .replaceAll(".*\"d\":\"([^\"]+)\".*\\R", "$1");
            first.rotate(Duration.ofDays(1), NOW);

            String file = Files.readString(own.resolve("keys/signing-keys.json"));
            assertThat(secret).hasSizeGreaterThan(300);
            assertThat(file).doesNotContain(secret).containsOnlyOnce("\"d\":");
        }

        @Test
        void keepsTheFilesFromOtherUsersOfTheMachine() throws Exception {
            SigningKeys.in(own.resolve("keys")).rotate(Duration.ofDays(1), NOW);
            for (String file : EmbeddedPostgresTest.filesIn(own.resolve("keys"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                                own.resolve("keys").resolve(file))))
                        .isEqualTo("rw-------");
            }
        }

        @Test
        void leavesOutKeysWhoseTimeIsUp() {
            SigningKeys third = SigningKeys.in(own.resolve("keys"))
                    .rotate(Duration.ofHours(1), NOW)
                    .rotate(Duration.ofHours(9), NOW.plusSeconds(3600));
            assertThat(third.keys().keys()).hasSize(2);
        }

        /** Two operators, or two replicas, at once: what one wrote is what the next begins with. */
        @Test
        void changesOneAfterTheOther() throws Exception {
            Path counter = Files.writeString(own.resolve("counter"), "0");
            try (var many = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < 200; i++) {
                    many.submit(() -> PrivateFiles.alone(own.resolve("lock"), () -> {
                        int count = Integer.parseInt(Files.readString(counter));
                        return Files.writeString(counter, String.valueOf(count + 1));
                    }));
                }
            }
            assertThat(Files.readString(counter)).isEqualTo("200");
        }

        @Test
        void keepsOtherProcessesOutMeanwhile() throws Exception {
            Path lock = own.resolve("lock");
            PrivateFiles.alone(lock, () -> {
                try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
                    // within one process Java says so instead of waiting
                    return assertThatExceptionOfType(OverlappingFileLockException.class)
                            .isThrownBy(other::tryLock);
                }
            });
        }
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
