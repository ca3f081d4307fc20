package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Against the service of this suite; {@link CheckCommandIT} finds services by itself. */
@ApiTest
class CheckCommandTest {

    private final Organisation acme = Organisation.fresh();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void recordACall() {
        acme.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1000,"
                + "\"occurred_at\":\"2026-03-01T00:00:00Z\"}");
    }

    @Test
    void saysThatATenantIsClean() {
        assertThat(check("--tenant", acme.id())).isZero();
        assertThat(out).hasToString("clean: 1 tenant, 1 month, 1 event\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void saysEachDifferenceInALine() throws SQLException {
        breakTenantDay();

        assertThat(check("--tenant", acme.id())).isEqualTo(1);
        assertThat(out).hasToString("""
                %1$s 2026-03 rollup_tenant grain=day period=2026-03-01: prompt_tokens is 1500, the rows give 1000
                %1$s 2026-03 daily_usage_summary date=2026-03-01: total_tokens is 1500, the rows give 1000
                2 differences: 1 tenant, 1 month, 1 event
                """.formatted(acme.id()));
    }

    @Test
    void rebuildsAndChecksAgain() throws SQLException {
        breakTenantDay();

        assertThat(check("--tenant", acme.id(), "--rebuild")).isZero();
        assertThat(out).hasToString("""
                rebuilt %s: 1 row (rollup_tenant 1)
                clean: 1 tenant, 1 month, 1 event
                """.formatted(acme.id()));
    }

    @Test
    void saysWhatTheServiceRefuses() {
        assertThat(check("--tenant", "nobody-here")).isEqualTo(2);
        assertThat(err)
                .hasToString(
                        "tokentally: The service at %s answered 404 (There is nothing here, or nothing you may see.).\n"
                                .formatted(url()));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void saysThatNobodyAnswers() {
        assertThat(run("x", "--url", "http://127.0.0.1:1")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("tokentally: No service answers at http://127.0.0.1:1 (")
                .hasLineCount(1);
    }

    @Test
    void saysThatSomethingElseAnswers() {
        assertThat(run("x", "--url", url() + "/q/swagger-ui/index.html?")).isEqualTo(2);
        assertThat(err.toString())
                .contains("is no Tokentally with a self-check")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rebuild", "--url http://127.0.0.1:1", "--tenant Acme!", "--token x"})
    void refusesWhatMakesNoSense(String words) {
        assertThat(run("", words.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotEmpty().doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void refusesWhatIsNoUrl() {
        assertThat(run("x", "--url", "not:a:url")).isEqualTo(2);
        assertThat(err.toString()).isNotEmpty().doesNotContain("Exception");
    }

    private void breakTenantDay() throws SQLException {
        try (var app = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                var statement = app.createStatement()) {
            statement.execute("update rollup_tenant set prompt_tokens = 1500 where grain = 'day'");
        }
    }

    private static String url() {
        return "http://localhost:" + RestAssured.port;
    }

    private int check(String... words) {
        String token = Organisation.accessToken(null, "operator", "platform-admin");
        return run(
                token,
                Stream.concat(Stream.of("--url", url()), Stream.of(words)).toArray(String[]::new));
    }

    private int run(String token, String... words) {
        Settings settings = new Settings(Map.of(), Map.of("TOKENTALLY_TOKEN", token), Map.of());
        return Tokentally.prepared(new CommandLine(new CheckCommand(settings)))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }
}
