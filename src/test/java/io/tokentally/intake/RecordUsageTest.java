package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.math.BigDecimal;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class RecordUsageTest {

    private static final String EVENTS = "/api/usage/events";
    private static final String CALL = """
            {"user_id": 123, "endpoint": "analyze_homework", "model": "gpt-4o-mini",
             "prompt_tokens": 1200, "completion_tokens": 300, "event_id": "call-1"}""";

    private final Organisation acme = Organisation.fresh();

    @Nested
    class Answers201 {

        @Test
        void withIdAndExactCosts() {
            acme.tryToRecord(CALL)
                    .then()
                    .statusCode(201)
                    .body("success", equalTo(true))
                    .body("data.priced", equalTo(true))
                    .body("data.input_cost", comparesEqualTo(new BigDecimal("0.00018")))
                    .body("data.output_cost", comparesEqualTo(new BigDecimal("0.00018")))
                    .body("data.total_cost", comparesEqualTo(new BigDecimal("0.00036")));
        }

        @Test
        void withAnIdOfVersion7() {
            String id = acme.record(CALL).path("data.id");

            assertThat(UUID.fromString(id).version()).isEqualTo(7);
        }

        @Test
        void withTheBalanceThatCountsThisCall() {
            acme.tryToRecord(CALL)
                    .then()
                    .body("data.limits.tier", equalTo("free"))
                    .body("data.limits.usage.calls", comparesEqualTo(1))
                    .body("data.limits.usage.tokens", comparesEqualTo(1500))
                    .body("data.limits.available.calls", comparesEqualTo(49));
        }

        @Test
        void withNullCostsForAModelWithoutAPrice() {
            acme.tryToRecord(CALL.replace("gpt-4o-mini", "in-house-7b"))
                    .then()
                    .statusCode(201)
                    .body("data.priced", equalTo(false))
                    .body("data.total_cost", nullValue())
                    .body("data.limits.unpriced_calls", comparesEqualTo(1));
        }

        @ParameterizedTest
        @CsvSource({
            "o3,2025-06-09T23:59:59.999999Z,10",
            "o3,2025-06-10T00:00:00Z,2",
            "gpt-5.6-luna,2026-07-29T23:59:59Z,1",
            "gpt-5.6-luna,2026-07-30T00:00:00Z,0.2",
            "deepseek-chat,2020-01-01T00:00:00Z,0.14"
        })
        void atThePriceInForceWhenTheCallOccurred(String model, String occurredAt, BigDecimal perMillion) {
            acme.tryToRecord("{\"endpoint\":\"e\",\"model\":\"" + model
                            + "\",\"prompt_tokens\":150000,\"occurred_at\":\"" + occurredAt + "\"}")
                    .then()
                    .statusCode(201)
                    .body("data.input_cost", comparesEqualTo(perMillion.multiply(new BigDecimal("0.15"))));
        }

        @Test
        void withoutExponentForTinyCosts() {
            String body = acme.record("""
                            {"endpoint": "e", "model": "deepseek-v4-pro", "occurred_at": "2026-06-01T00:00:00Z",
                             "prompt_tokens": 1, "cache_read_tokens": 1}""").asString();

            assertThat(body).contains("\"input_cost\":0.000000003625,");
        }

        @Test
        void forAProvidersOwnUsageObject() {
            acme.tryToRecord("""
                            {"endpoint": "chat", "model": "claude-sonnet-4-5-20250929", "usage":
                              {"input_tokens": 400, "cache_read_input_tokens": 600, "cache_creation_input_tokens": 150,
                               "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 50},
                               "output_tokens": 200, "service_tier": "standard"}}""")
                    .then()
                    .statusCode(201)
                    .body("data.total_cost", comparesEqualTo(new BigDecimal("0.005055")));
        }

        @Test
        void forTheSeedsCamelCaseNames() {
            acme.tryToRecord("""
                            {"userId": 123, "sessionId": "s", "gradeLevel": 5, "problemId": "p", "endpoint": "e",
                             "model": "gpt-4o", "promptTokens": 10, "completionTokens": 1}""").then().statusCode(201);
        }

        @Test
        void atZeroCostAndWithoutACallForACacheHit() {
            acme.record("""
                    {"user_id": 1, "endpoint": "e", "model": "gpt-4o", "prompt_tokens": 10, "cache_hit": true}""")
                    .then()
                    .body("data.total_cost", comparesEqualTo(0))
                    .body("data.limits.usage.calls", comparesEqualTo(0));
        }

        @Test
        void forACallWithoutAUserWhichCountsForTheTenantOnly() {
            acme.record("{\"endpoint\": \"cron\", \"model\": \"gpt-4o\", \"prompt_tokens\": 10}");

            acme.get("/api/usage/stats")
                    .then()
                    .body("data.overall.total_api_calls", comparesEqualTo(1))
                    .body("data.overall.total_users", comparesEqualTo(0));
        }

        @Test
        void againForARepeatedRequestThatHasNoIdentity() {
            String anonymous = CALL.replace(", \"event_id\": \"call-1\"", "");

            acme.record(anonymous);
            acme.record(anonymous);

            acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", comparesEqualTo(2));
        }

        @Test
        void forTheSameEventIdOfAnotherSource() {
            acme.record(CALL);
            acme.record(CALL.replace("\"event_id\"", "\"source\": \"worker\", \"event_id\""));

            acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", comparesEqualTo(2));
        }

        @Test
        void forAnEventOfTheYear1() {
            acme.tryToRecord(CALL.replace("\"event_id\"", "\"occurred_at\": \"0001-01-02T00:00:00Z\", \"event_id\""))
                    .then()
                    .statusCode(201);
        }
    }

    @Nested
    class Answers200 {

        @Test
        void withTheFirstAnswerForARepeatedEvent() {
            String first = acme.record(CALL).path("data.id");

            acme.tryToRecord(CALL)
                    .then()
                    .statusCode(200)
                    .body("data.id", equalTo(first))
                    .body("data.total_cost", comparesEqualTo(new BigDecimal("0.00036")))
                    .body("data.limits.usage.calls", comparesEqualTo(1));
        }

        @Test
        void whenTheUserIdComesAsTextTheSecondTime() {
            acme.record(CALL);

            acme.tryToRecord(CALL.replace("123", "\"123\"")).then().statusCode(200);
        }

        @ParameterizedTest
        @ValueSource(strings = {"key-1", "\"key-1\""})
        void forARepeatedIdempotencyKeyQuotedOrNot(String key) {
            String anonymous = CALL.replace(", \"event_id\": \"call-1\"", "");
            acme.service()
                    .header("Idempotency-Key", "key-1")
                    .body(anonymous)
                    .post(EVENTS)
                    .then()
                    .statusCode(201);

            acme.service()
                    .header("Idempotency-Key", key)
                    .body(anonymous)
                    .post(EVENTS)
                    .then()
                    .statusCode(200);
        }

        @Test
        void withAResultPerEventOfAnArray() {
            acme.record(CALL);
            String good = CALL.replace("call-1", "call-2");

            acme.tryToRecord("[" + good + "," + good + "," + CALL + "," + CALL.replace("1200", "1201")
                            + ", {\"endpoint\": \"\"}, 7]")
                    .then()
                    .statusCode(200)
                    .body("data.recorded", comparesEqualTo(1))
                    .body("data.duplicates", comparesEqualTo(2))
                    .body("data.conflicts", comparesEqualTo(1))
                    .body("data.rejected", comparesEqualTo(2))
                    .body(
                            "data.results.status",
                            contains("recorded", "duplicate", "duplicate", "conflict", "rejected", "rejected"))
                    .body("data.results[4].errors.field", containsInAnyOrder("endpoint", "model", "prompt_tokens"));
            acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", comparesEqualTo(2));
        }

        @Test
        void forAnEmptyArray() {
            acme.tryToRecord("[]").then().statusCode(200).body("data.recorded", comparesEqualTo(0));
        }

        @Test
        void forAnArrayOfTenThousand() {
            String many = IntStream.range(0, 10_000)
                    .mapToObj(i -> "{\"user_id\":" + i % 50 + ",\"endpoint\":\"e\",\"model\":\"gpt-4o-mini\","
                            + "\"prompt_tokens\":1,\"event_id\":\"" + i + "\"}")
                    .collect(Collectors.joining(",", "[", "]"));

            acme.tryToRecord(many).then().statusCode(200).body("data.recorded", comparesEqualTo(10_000));
            acme.get("/api/usage/stats").then().body("data.overall.total_tokens", comparesEqualTo(10_000));
        }
    }

    @Nested
    class Answers400 {

        @Test
        void namingEveryWrongField() {
            acme.tryToRecord("""
                            {"user_id": 1.5, "endpoint": " ", "prompt_tokens": -1, "completion_tokens": 100000001,
                             "cache_hit": "yes", "prompt": "secret", "occurred_at": "yesterday"}""")
                    .then()
                    .statusCode(400)
                    .contentType(startsWith("application/problem+json"))
                    .body("success", equalTo(false))
                    .body("code", equalTo("invalid_input"))
                    .body(
                            "errors.field",
                            containsInAnyOrder(
                                    "user_id",
                                    "endpoint",
                                    "model",
                                    "prompt_tokens",
                                    "completion_tokens",
                                    "cache_hit",
                                    "prompt",
                                    "occurred_at"));
        }

        @Test
        void withoutEchoingWhatWasSent() {
            String body = acme.tryToRecord(
                            CALL.replace("analyze_homework", "<script>").replace("1200", "-1"))
                    .asString();

            assertThat(body).doesNotContain("<script>");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"cache_read_tokens\": 1201",
                    "\"total_tokens\": 1501",
                    "\"reasoning_tokens\": 301",
                })
        void forNumbersThatContradictEachOther(String contradiction) {
            acme.tryToRecord(CALL.replace("\"event_id\"", contradiction + ", \"event_id\""))
                    .then()
                    .statusCode(400)
                    .body("errors.field", hasItem(contradiction.substring(1, contradiction.indexOf('"', 1))));
        }

        @Test
        void forACallMoreThanADayAhead() {
            acme.tryToRecord(CALL.replace("\"event_id\"", "\"occurred_at\": \"2999-01-01T00:00:00Z\", \"event_id\""))
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("occurred_at"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "null", "7", "\"text\"", "{", "{\"endpoint\":\"a\",\"endpoint\":\"b\"}", "{} {}"})
        void forABodyThatIsNoEvent(String body) {
            acme.tryToRecord(body).then().statusCode(400).body("code", equalTo("invalid_input"));
        }

        @Test
        void forAnIdempotencyKeyOverAnArray() {
            acme.service()
                    .header("Idempotency-Key", "k")
                    .body("[]")
                    .post(EVENTS)
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("Idempotency-Key"));
        }

        @Test
        void andWritesNothing() {
            acme.tryToRecord(CALL.replace("1200", "-1"));

            acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", comparesEqualTo(0));
        }

        @Test
        void forLongNamesOfFourByteCharacters() {
            String long200 = "\uD83D\uDE80".repeat(100);
            acme.tryToRecord("{\"endpoint\":\"" + long200 + "\",\"model\":\"" + long200 + "\",\"provider\":\"" + long200
                            + "\",\"call_type\":\"" + long200 + "\",\"scope\":\"" + long200 + "\",\"prompt_tokens\":1}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", hasItem("endpoint"));
        }
    }

    @Nested
    class Answers401 {

        @Test
        void withoutAnAccessToken() {
            Organisation.anonymous()
                    .body(CALL)
                    .post(EVENTS)
                    .then()
                    .statusCode(401)
                    .body("code", equalTo("unauthorized"));
        }
    }

    @Nested
    class Answers403 {

        @Test
        void toAMember() {
            acme.member("123").body(CALL).post(EVENTS).then().statusCode(403).body("code", equalTo("forbidden"));
        }
    }

    @Nested
    class Answers409 {

        @Test
        void whenAnEventIdReturnsWithOtherContentAndChangesNothing() {
            acme.record(CALL);

            acme.tryToRecord(CALL.replace("1200", "1201"))
                    .then()
                    .statusCode(409)
                    .body("code", equalTo("event_conflict"));
            acme.get("/api/usage/stats").then().body("data.overall.total_tokens", comparesEqualTo(1500));
        }
    }

    @Nested
    class Answers413 {

        @Test
        void forAnArrayOfMoreThanTenThousand() {
            String many = "[" + "{},".repeat(10_000) + "{}]";

            acme.tryToRecord(many).then().statusCode(413).body("code", equalTo("too_large"));
        }
    }

    @Nested
    class Answers415 {

        @Test
        void forABodyThatIsNotJson() {
            acme.service()
                    .contentType("text/plain")
                    .body(CALL)
                    .post(EVENTS)
                    .then()
                    .statusCode(415);
        }
    }
}
