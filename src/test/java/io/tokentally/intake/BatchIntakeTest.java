package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.config.EncoderConfig;
import io.restassured.config.JsonConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.path.json.config.JsonPathConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many events in one request: NDJSON, arrays, packed or not. */
@ApiTest
class BatchIntakeTest {

    private static final String EVENTS = "/api/usage/events";
    private static final String NDJSON = "application/x-ndjson";
    private static final String CALL = "{\"endpoint\":\"e\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":1}";
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private static final RestAssuredConfig AS_WRITTEN = RestAssuredConfig.config()
            .encoderConfig(EncoderConfig.encoderConfig()
                    .encodeContentTypeAs(NDJSON, ContentType.TEXT)
                    .appendDefaultContentCharsetToContentTypeIfUndefined(false))
            .jsonConfig(JsonConfig.jsonConfig().numberReturnType(JsonPathConfig.NumberReturnType.BIG_DECIMAL));

    private final Organisation acme = Organisation.fresh();

    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    /** One event in a hundred is bad, one is a duplicate: of its neighbour, or of one a thousand lines before. */
    @Nested
    class TenThousandLines {

        private static final int EVENTS_SENT = 10_000;

        private final List<Integer> bad = everyHundredthFrom(7);
        private final List<Integer> duplicate = everyHundredthFrom(53);

        @Test
        void haveAResultEachNamedByIndex() {
            assertAnswer(ndjson(body()), 9_800, "recorded");
        }

        @Test
        void haveTheSameResultsPacked() {
            assertAnswer(packed(NDJSON, gzip(body())), 9_800, "recorded");
        }

        @Test
        void countOnceWhenSentAgain() {
            ndjson(body());

            assertAnswer(packed(NDJSON, gzip(body())), 0, "duplicate");
            acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", comparesEqualTo(9_800));
        }

        private void assertAnswer(Response answer, int recorded, String statusOfTheGood) {
            answer.then()
                    .statusCode(200)
                    .body("data.recorded", comparesEqualTo(recorded))
                    .body("data.duplicates", comparesEqualTo(9_900 - recorded))
                    .body("data.conflicts", comparesEqualTo(0))
                    .body("data.rejected", comparesEqualTo(100));
            List<Map<String, Object>> results = answer.path("data.results");
            assertThat(results)
                    .extracting(result -> ((Number) result.get("index")).intValue())
                    .isEqualTo(IntStream.range(0, EVENTS_SENT).boxed().toList());
            assertThat(indexes(results, "rejected")).isEqualTo(bad);
            assertThat(indexes(results, statusOfTheGood)).containsAll(good());
            assertThat(indexes(results, "duplicate")).containsAll(duplicate);
            assertThat(results.get(duplicate.getLast()).get("id"))
                    .isEqualTo(results.get(original(duplicate.getLast())).get("id"));
        }

        private List<Integer> indexes(List<Map<String, Object>> results, String status) {
            return results.stream()
                    .filter(result -> result.get("status").equals(status))
                    .map(result -> ((Number) result.get("index")).intValue())
                    .toList();
        }

        private List<Integer> good() {
            Set<Integer> others =
                    IntStream.concat(ints(bad), ints(duplicate)).boxed().collect(Collectors.toSet());
            return IntStream.range(0, EVENTS_SENT)
                    .boxed()
                    .filter(index -> !others.contains(index))
                    .toList();
        }

        private IntStream ints(List<Integer> list) {
            return list.stream().mapToInt(Integer::intValue);
        }

        private List<Integer> everyHundredthFrom(int first) {
            return IntStream.range(0, 100).mapToObj(i -> first + 100 * i).toList();
        }

        private int original(int index) {
            return index < 1_100 ? index - 1 : index - 1_001;
        }

        private String body() {
            return IntStream.range(0, EVENTS_SENT).mapToObj(this::line).collect(Collectors.joining("\n"));
        }

        private String line(int index) {
            if (bad.contains(index)) {
                return index % 200 == 7 ? "{\"endpoint\": oops" : "{\"user_id\":1}";
            }
            int id = duplicate.contains(index) ? original(index) : index;
            return "{\"user_id\":%d,\"endpoint\":\"e\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":%d,\"event_id\":\"n-%d\"}"
                    .formatted(id % 50, 1 + id % 10, id);
        }
    }

    @Nested
    class Answers200 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "application/x-ndjson",
                    "application/x-ndjson; charset=utf-8",
                    "Application/X-NDJSON;charset=UTF-8"
                })
        void forLinesOfThisType(String type) {
            send(type, utf8(CALL)).then().statusCode(200).body("data.recorded", comparesEqualTo(1));
        }

        @Test
        void forALineThatIsWrongAmongOthers() {
            ndjson("\n" + CALL + "\n\nnot json\n{\"endpoint\":\"e\",\"endpoint\":\"f\"}\n" + CALL + "\n")
                    .then()
                    .statusCode(200)
                    .body("data.results.status", contains("recorded", "rejected", "rejected", "recorded"))
                    .body("data.results[1].index", comparesEqualTo(1))
                    .body("data.results[1].errors.field", contains("event"))
                    .body("data.results[1].errors.message", contains("is not well-formed JSON"))
                    .body("data.results[2].errors.message", contains("is not well-formed JSON"));
        }

        @Test
        void forALineThatIsTooLong() {
            ndjson(CALL + "\n" + "x".repeat(MOST_BYTES - 1_000) + "\n" + CALL)
                    .then()
                    .statusCode(200)
                    .body("data.results.status", contains("recorded", "rejected", "recorded"))
                    .body("data.results[1].errors.message", contains("is longer than 262144 bytes"));
        }

        @Test
        void forNoLineAtAll() {
            ndjson("").then().statusCode(200).body("data.results", empty());
        }

        @Test
        void forAPackedArray() {
            packed("application/json", gzip("[" + CALL + "," + CALL + "]"))
                    .then()
                    .statusCode(200)
                    .body("data.recorded", comparesEqualTo(2));
        }

        @Test
        void keepingExactNumbersOfALine() {
            ndjson(CALL.replace("1}", "1,\"event_id\":\"x\",\"tags\":{\"n\":0.1000000000000000000001}}"));

            ndjson(CALL.replace("1}", "1,\"event_id\":\"x\",\"tags\":{\"n\":0.1}}"))
                    .then()
                    .body("data.conflicts", comparesEqualTo(1));
        }
    }

    @Nested
    class Answers201 {

        @Test
        void forOnePackedEvent() {
            packed("application/json", gzip(CALL)).then().statusCode(201);
        }

        @Test
        void forAnotherCharsetThatItsTypeNames() {
            byte[] latin = CALL.replace("\"e\"", "\"größe\"").getBytes(StandardCharsets.ISO_8859_1);

            send("application/json; charset=iso-8859-1", latin).then().statusCode(201);

            acme.get("/api/usage/endpoint").then().body("data.endpoint", contains("größe"));
        }

        @Test
        void afterAByteOrderMark() {
            send("application/json", utf8("\uFEFF" + CALL)).then().statusCode(201);
        }
    }

    @Nested
    class Answers400 {

        @Test
        void forAnIdempotencyKeyOverLines() {
            request(NDJSON)
                    .header("Idempotency-Key", "k")
                    .body(utf8(CALL))
                    .post(EVENTS)
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("Idempotency-Key"));
        }

        @ParameterizedTest
        @ValueSource(strings = {NDJSON, "application/json"})
        void forGzipThatIsCut(String type) {
            byte[] whole = gzip(IntStream.range(0, 1_000)
                    .mapToObj(i -> CALL.replace("\"e\"", "\"e" + i + "\""))
                    .collect(Collectors.joining("\n")));

            packed(type, Arrays.copyOf(whole, whole.length - 1))
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid_input"))
                    .body("errors.field", contains("body"));
            assertNothingIsWritten();
        }

        @Test
        void forPlainTextThatCallsItselfGzip() {
            packed(NDJSON, utf8(CALL)).then().statusCode(400).body("detail", containsString("gzip"));
        }

        @Test
        void forAnArrayThatBreaksOffAndWritesNothing() {
            String many = IntStream.range(0, 1_000).mapToObj(i -> CALL).collect(Collectors.joining(","));

            acme.tryToRecord("[" + many + ",{\"endpoint\":").then().statusCode(400);

            assertNothingIsWritten();
        }
    }

    @Nested
    class Answers413 {

        @ParameterizedTest
        @ValueSource(strings = {NDJSON, "application/json"})
        void forMoreThan16MiBUnpacked(String type) {
            byte[] bomb = gzip(CALL + " ".repeat(MOST_BYTES));

            assertThat(bomb.length).isLessThan(100_000);
            packed(type, bomb)
                    .then()
                    .statusCode(413)
                    .contentType(startsWith("application/problem+json"))
                    .body("code", equalTo("too_large"));
            assertNothingIsWritten();
        }

        @Test
        void forMoreThanTenThousandLines() {
            ndjson((CALL + "\n").repeat(10_001))
                    .then()
                    .statusCode(413)
                    .body("code", equalTo("too_large"))
                    .body("detail", containsString("10000"));
            assertNothingIsWritten();
        }
    }

    @Nested
    class Answers415 {

        @ParameterizedTest
        @CsvSource({"br", "zstd", "deflate", "'gzip, gzip'"})
        void forAPackingThatIsNotKnown(String encoding) {
            request(NDJSON)
                    .header("Content-Encoding", encoding)
                    .body(utf8(CALL))
                    .post(EVENTS)
                    .then()
                    .statusCode(415)
                    .contentType(startsWith("application/problem+json"))
                    .header("Accept-Encoding", containsString("gzip"))
                    .body("code", equalTo("unsupported_encoding"));
        }

        @Test
        void forACharsetThatIsNotKnown() {
            send("application/x-ndjson; charset=klingon", utf8(CALL))
                    .then()
                    .statusCode(415)
                    .body("code", equalTo("unsupported_charset"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"text/plain", "application/octet-stream", "application/gzip"})
        void forWhatIsNeitherJsonNorLinesOfIt(String type) {
            send(type, utf8(CALL)).then().statusCode(415).body("code", equalTo("unsupported_media_type"));
        }
    }

    /** Whatever was not read of a refused body must not be taken for the next request. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Encoding: br", "X-Nothing: x"})
    void aRefusedBodyLeavesTheConnectionUsable(String header) throws IOException {
        String token = "Authorization: Bearer " + Organisation.accessToken(acme.id(), "admin", "admin") + "\r\n";
        String body = "{}\n".repeat(1_000_000);
        String refused = "POST " + EVENTS + " HTTP/1.1\r\nHost: x\r\n" + token + "Content-Type: " + NDJSON + "\r\n"
                + header + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        String next = "GET /api/tiers HTTP/1.1\r\nHost: x\r\nX-Request-Id: the-next\r\nConnection: close\r\n" + token
                + "\r\n";
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((refused + next).getBytes(StandardCharsets.ISO_8859_1));

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answers)
                    .startsWith("HTTP/1.1 41")
                    .contains("HTTP/1.1 200")
                    .contains("the-next");
        }
    }

    private void assertNothingIsWritten() {
        acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", comparesEqualTo(0));
    }

    private Response ndjson(String lines) {
        return send(NDJSON, utf8(lines));
    }

    private Response send(String type, byte[] body) {
        return request(type).body(body).post(EVENTS);
    }

    private Response packed(String type, byte[] body) {
        return request(type).header("Content-Encoding", "gzip").body(body).post(EVENTS);
    }

    private RequestSpecification request(String type) {
        return acme.service().config(AS_WRITTEN).contentType(type);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(utf8(text));
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return packed.toByteArray();
    }
}
