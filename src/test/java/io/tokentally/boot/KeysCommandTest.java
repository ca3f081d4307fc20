package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KeysCommandTest {

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();
    private final TimeOfDay clock = new TimeOfDay();
    private String out;
    private String err;

    private static final class TimeOfDay implements InstantSource {

        private String now = "2026-11-21T10:00:00.5Z";

        @Override
        public Instant instant() {
            return Instant.parse(now);
        }
    }

    @BeforeEach
    void setHome() {
        environment.put("TOKENTALLY_HOME", home.toString());
    }

    @Test
    void listsTheOneKeyOfANewInstallation() {
        assertThat(run("list")).isZero();
        assertThat(out).matches("[\\w-]{43}  signs\\R");
    }

    @Test
    void rotatesAndSaysHowLongTheOldKeyCounts() {
        String old = signing();

        assertThat(run("rotate --overlap 12h")).isZero();
        String said = out;

        assertThat(said).contains(old + "  counts until 2026-11-21T22:00:00Z").isEqualTo(list());
        assertThat(signing()).isNotEqualTo(old);
    }

    @Test
    void overlapsThirtyDaysUnlessAsked() {
        run("rotate");
        assertThat(out).contains("counts until 2026-12-21T10:00:00Z");
    }

    @Test
    void showsAKeyNoLongerWhenItsTimeIsUp() {
        run("rotate --overlap 1h");
        clock.now = "2026-11-21T11:00:00Z";
        assertThat(list()).matches("[\\w-]{43}  signs\\R");
    }

    @Test
    void retiresAnEarlierKey() {
        String old = signing();
        run("rotate");

        assertThat(run("retire -- " + old)).isZero();

        assertThat(list()).doesNotContain(old);
    }

    @Test
    void retiresNeitherTheKeyThatSignsNorOneItDoesNotHave() {
        String signing = signing();
        assertThat(run("retire -- " + signing)).isEqualTo(1);
        assertThat(err)
                .isEqualToIgnoringNewLines("tokentally: The key " + signing + " signs; rotate first, then retire it.");
        assertThat(run("retire nothing")).isEqualTo(1);
        assertThat(err).startsWith("tokentally: There is no key nothing in ").hasLineCount(1);
        assertThat(signing()).isEqualTo(signing);
    }

    @Test
    void printsThePublicHalvesForOthers() throws Exception {
        run("rotate");
        run("list --jwks");

        assertThat(new JsonWebKeySet(out).getJsonWebKeys())
                .hasSize(2)
                .allSatisfy(
                        key -> assertThat(((RsaJsonWebKey) key).getPrivateKey()).isNull());
    }

    @Test
    void changesNothingWhereAnIdentityProviderSigns() {
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://id.example/keys");
        for (String words : List.of("list", "rotate", "retire x")) {
            assertThat(run(words)).isEqualTo(1);
            assertThat(err).contains("own-key tokens are off");
        }
        assertThat(Files.exists(home.resolve("keys"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rotate --overlap 0d", "rotate --overlap -1d", "rotate --overlap soon", "retire", "forget"})
    void refusesWhatMakesNoSense(String words) {
        assertThat(run(words)).isEqualTo(2);
        assertThat(out).isEmpty();
    }

    private String list() {
        run("list");
        return out;
    }

    private String signing() {
        return list().lines()
                .filter(line -> line.endsWith("  signs"))
                .findFirst()
                .orElseThrow()
                .split(" ")[0];
    }

    private int run(String words) {
        StringWriter printed = new StringWriter();
        StringWriter complained = new StringWriter();
        Settings settings = new Settings(Map.of(), environment, Map.of());
        int exitCode = Tokentally.prepared(new CommandLine(new KeysCommand(settings, clock)))
                .setOut(new PrintWriter(printed, true))
                .setErr(new PrintWriter(complained, true))
                .execute(words.split(" "));
        out = printed.toString();
        err = complained.toString();
        return exitCode;
    }
}
