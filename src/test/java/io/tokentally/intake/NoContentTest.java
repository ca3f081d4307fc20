package io.tokentally.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.EveryTable;
import io.tokentally.testing.Logged;
import io.tokentally.testing.Organisation;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was asked of a model and what it answered is not ours to keep, wherever a sender puts it. */
@ApiTest
class NoContentTest {

    private static final String SECRET = "the-secret-7c1b";

    /** As a careless sender would hand over a provider's whole answer: content in each place that is not refused. */
    private static final String CONTENT = """
            "prompt":"SECRET","completion":"SECRET","query":"SECRET","text":"SECRET","content":[{"type":"text","text":"SECRET"}],
            "messages":[{"role":"user","content":"SECRET"}],"choices":[{"message":{"content":"SECRET"}}],
            "SECRET":{"SECRET":["SECRET"]}""".replace("SECRET", SECRET);

    private final Organisation acme = Organisation.fresh();

    private static String event(String usage) {
        return "{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"usage\":" + usage.replace("CONTENT", CONTENT)
                + "}";
    }

    static List<String> providersUsages() {
        return List.of("""
                {"prompt_tokens":100,"completion_tokens":10,"total_tokens":110,CONTENT,
                 "prompt_tokens_details":{"cached_tokens":5,CONTENT},"completion_tokens_details":{"reasoning_tokens":1,CONTENT}}""", """
                {"input_tokens":100,"output_tokens":10,CONTENT,"input_tokens_details":{"cached_tokens":5,CONTENT}}""", """
                {"input_tokens":100,"output_tokens":10,"cache_read_input_tokens":5,CONTENT,
                 "cache_creation":{"ephemeral_5m_input_tokens":1,CONTENT},"server_tool_use":{CONTENT},
                 "iterations":[{"type":"message",CONTENT},{"type":"the-secret-7c1b"}]}""", """
                {"inputTokens":100,"outputTokens":10,CONTENT,"cacheDetails":[{"ttl":"the-secret-7c1b","inputTokens":3,CONTENT}]}""", """
                {"promptTokenCount":100,"candidatesTokenCount":10,CONTENT,"promptTokensDetails":[{"modality":"TEXT",CONTENT}]}""");
    }

    @ParameterizedTest
    @MethodSource("providersUsages")
    void isKeptOfAProvidersUsage(String usage) throws SQLException {
        String event = event(usage).replace("\n", "");
        try (Logged logged = Logged.everything()) {
            acme.record(event);
            acme.tryToRecord("[" + event + "," + event + "]").then().body("data.recorded", equalTo(2));
            acme.service()
                    .contentType("application/x-ndjson")
                    .body((event + "\n" + event).getBytes(UTF_8))
                    .post("/api/usage/events")
                    .then()
                    .body("data.recorded", equalTo(2));

            assertThat(logged.linesWith(SECRET)).isEmpty();
        }
        assertThat(EveryTable.linesWith(acme, SECRET)).isEmpty();
        assertThat(EveryTable.linesWith(acme, "gpt-4o")).isNotEmpty();
    }

    static Stream<String> contentMembers() {
        return Stream.of(
                "prompt",
                "completion",
                "messages",
                "query",
                "input",
                "output",
                "content",
                "text",
                "response",
                "problem_text",
                "problemText");
    }

    @ParameterizedTest
    @MethodSource("contentMembers")
    void isRefusedBesideIt(String member) throws SQLException {
        String event =
                "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"" + member + "\":\"" + SECRET + "\"}";
        try (Logged logged = Logged.everything()) {
            String answer = acme.tryToRecord(event)
                    .then()
                    .statusCode(400)
                    .body("errors[0].field", equalTo(member))
                    .body("errors[0].message", equalTo("is content, which is never stored; leave it out"))
                    .extract()
                    .asString();

            assertThat(answer).doesNotContain(SECRET);
            assertThat(logged.linesWith(SECRET)).isEmpty();
        }
        assertThat(EveryTable.linesWith(acme, SECRET)).isEmpty();
    }

    /** Whatever is not even JSON is not quoted in an answer or a log. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"endpoint\":the-secret-7c1b}",
                "{\"endpoint\":\"the-secret-7c1b",
                "the-secret-7c1b",
                "{\"usage\":{\"prompt\":\"the-secret-7c1b\",\"prompt\":\"the-secret-7c1b\"}}",
                "{\"prompt_tokens\":\"the-secret-7c1b\",\"occurred_at\":\"the-secret-7c1b\",\"success\":\"the-secret-7c1b\"}",
                "{\"user_id\":{\"text\":\"the-secret-7c1b\"},\"tags\":[\"the-secret-7c1b\"],\"usage\":\"the-secret-7c1b\"}"
            })
    void isQuotedOfWhatCannotBeRead(String body) {
        try (Logged logged = Logged.everything()) {
            String answer =
                    acme.tryToRecord(body).then().statusCode(400).extract().asString();

            assertThat(answer).doesNotContain(SECRET);
            assertThat(logged.linesWith(SECRET)).isEmpty();
        }
    }

    /** A caller's own words about an error and a call are kept as sent, so they are short. */
    @Test
    void isMuchInWhatACallerMaySayInTheirOwnWords() {
        acme.tryToRecord("{\"endpoint\":\"e\",\"model\":\"m\",\"prompt_tokens\":1,\"error_message\":\""
                        + "x".repeat(10_001) + "\",\"tags\":{\"a\":\"" + "x".repeat(513) + "\"}}")
                .then()
                .statusCode(400)
                .body("errors.field", contains("error_message", "tags.a"));
    }
}
