package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LinkCommandTest {

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void setHome() {
        environment.put("TOKENTALLY_HOME", home.toString());
    }

    @Test
    void printsTheLinkAndNothingElse() {
        assertThat(run("")).isZero();
        assertThat(out.toString()).matches("http://127\\.0\\.0\\.1:8080/admin#sign-in=[\\w-]{43}\\R");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void leadsToTheServiceThatHasTheDataFolder() throws Exception {
        Files.writeString(home.resolve("lock"), "process 1 at http://127.0.0.1:8095");

        run("");

        assertThat(out.toString()).startsWith("http://127.0.0.1:8095/admin#sign-in=");
    }

    @Test
    void signsInTheAdminOfTheFirstTenantForTwelveHoursUnlessTold() throws Exception {
        run("");

        assertThat(claims().getStringClaimValue("tenant")).isEqualTo("acme");
        assertThat(claims().getStringListClaimValue("groups")).containsExactly("admin");
        assertThat(claims().getExpirationTime().getValue()
                        - claims().getIssuedAt().getValue())
                .isEqualTo(12 * 3_600);
    }

    @Test
    void signsInWhomItIsTold() throws Exception {
        run("--tenant demo --role member --user 7 --ttl 1h");

        assertThat(claims().getStringClaimValue("tenant")).isEqualTo("demo");
        assertThat(claims().getStringListClaimValue("groups")).containsExactly("member");
        assertThat(claims().getSubject()).isEqualTo("7");
        assertThat(waiting().path("expires_at").asText())
                .isEqualTo(Instant.ofEpochSecond(claims().getExpirationTime().getValue())
                        .toString());
    }

    @Test
    void makesAPlatformAdminNobodyOfATenant() throws Exception {
        assertThat(run("--role platform-admin")).isZero();
        assertThat(claims().hasClaim("tenant")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "--url https://tokentally.example/, https://tokentally.example/admin#sign-in=",
        "--tenant acme, http://localhost:9000/admin#sign-in="
    })
    void leadsToWhereTheServiceIs(String words, String start) {
        environment.put("QUARKUS_HTTP_HOST", "0.0.0.0");
        environment.put("QUARKUS_HTTP_PORT", "9000");
        run(words);
        assertThat(out.toString()).startsWith(start);
    }

    @Test
    void waitsFifteenMinutesInAFileForItsOwnerOnly() throws IOException {
        Instant before = Instant.now();
        run("");

        assertThat(permissions(home.resolve("sign-in"))).isEqualTo("rwx------");
        assertThat(permissions(files().getFirst())).isEqualTo("rw-------");
        assertThat(Instant.parse(waiting().path("until").asText()))
                .isBetween(before.plus(Duration.ofMinutes(15)), Instant.now().plus(Duration.ofMinutes(15)));
    }

    @Test
    void keepsTheCodeToItself() throws IOException {
        run("");
        String code = out.toString().strip().replaceAll(".*=", "");

        assertThat(files().getFirst().getFileName().toString()).matches("[0-9a-f]{64}");
        assertThat(Files.readString(files().getFirst())).doesNotContain(code);
    }

    @Test
    void takesAwayTheLinksThatNobodyOpenedInTime() throws IOException {
        run("");
        Path old = files().getFirst();
        Files.writeString(old, Files.readString(old).replaceFirst("(\"until\":\")[^\"]+", "$12020-01-01T00:00:00Z"));
        Path cutOff = Files.writeString(home.resolve("sign-in/" + "0".repeat(64) + ".new"), "{\"acc");
        Files.setLastModifiedTime(cutOff, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        Path underWay = Files.writeString(home.resolve("sign-in/" + "1".repeat(64) + ".new"), "{\"acc");
        run("");

        assertThat(old).doesNotExist();
        assertThat(cutOff).doesNotExist();
        assertThat(files()).hasSize(2).contains(underWay);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--role owner", "--role member", "--tenant Acme!", "--ttl 30"})
    void refusesWhatMakesNoSense(String words) {
        assertThat(run(words)).isEqualTo(2);
        assertThat(home.resolve("sign-in")).doesNotExist();
    }

    @Test
    void makesNoneWhereOwnKeysAreOff() {
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://id.example/keys");
        assertThat(run("")).isEqualTo(1);
        assertThat(err.toString()).contains("own-key tokens are off");
        assertThat(home.resolve("sign-in")).doesNotExist();
    }

    private int run(String words) {
        Settings settings = new Settings(Map.of(), environment, Map.of());
        CommandLine commandLine = Tokentally.prepared(new CommandLine(new LinkCommand(settings)));
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.isEmpty() ? new String[0] : words.split(" "));
    }

    private JwtClaims claims() throws Exception {
        return SigningKeysTest.verified(
                waiting().path("access_token").asText(), SigningKeys.in(home.resolve("keys")), Instant.now());
    }

    private JsonNode waiting() throws IOException {
        return new ObjectMapper().readTree(files().getFirst().toFile());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("sign-in"))) {
            return files.toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
