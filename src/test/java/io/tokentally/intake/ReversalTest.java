package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Truth;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class ReversalTest {

    private final Organisation acme = Organisation.fresh();

    @AfterEach
    void theTruthHolds() throws SQLException {
        assertThat(Truth.differences(acme)).isEmpty();
    }

    private String recorded(String more) {
        return acme.record("{\"user_id\":7,\"endpoint\":\"chat\",\"model\":\"gpt-4o\",\"prompt_tokens\":1000,"
                        + "\"completion_tokens\":100,\"session_id\":\"s\",\"response_time_ms\":250,\"tags\":{\"a\":1.5}"
                        + more + "}")
                .path("data.id");
    }

    private Response reverse(String id, String reason) {
        return acme.admin().body("{\"reason\":\"" + reason + "\"}").post("/api/usage/events/" + id + "/reversal");
    }

    @Nested
    class Answers201 {

        @Test
        void andTakesEveryNumberBack() {
            recorded("");
            String wrong = recorded("");

            reverse(wrong, "recorded twice")
                    .then()
                    .statusCode(201)
                    .body("data.reverses", equalTo(wrong))
                    .body("data.total_cost", comparesEqualTo(new BigDecimal("-0.0035")));

            acme.get("/api/usage/stats")
                    .then()
                    .body("data.overall.total_api_calls", comparesEqualTo(1))
                    .body("data.overall.total_tokens", comparesEqualTo(1100))
                    .body("data.overall.total_cost", comparesEqualTo(new BigDecimal("0.0035")));
            acme.check("7").then().body("data.usage.calls", comparesEqualTo(1));
        }

        @Test
        void andNobodyIsLeftWhenItWasTheOnlyCall() {
            reverse(recorded(""), "a test").then().statusCode(201);

            acme.get("/api/usage/summary").then().body("data.total", comparesEqualTo(0));
        }

        @Test
        void inThePastMonthItBelongsTo() {
            String old = recorded(",\"occurred_at\":\"2024-02-29T12:00:00Z\"");

            reverse(old, "a test").then().statusCode(201);

            acme.check("7").then().body("data.usage.calls", comparesEqualTo(0));
        }

        @Test
        void forAFailedCallACacheHitAndAnUnpricedOne() {
            reverse(recorded(",\"success\":false"), "a test").then().statusCode(201);
            reverse(recorded(",\"cache_hit\":true"), "a test")
                    .then()
                    .statusCode(201)
                    .body("data.total_cost", comparesEqualTo(0));
            String unpriced = acme.record("{\"endpoint\":\"e\",\"model\":\"in-house\",\"prompt_tokens\":1}")
                    .path("data.id");
            reverse(unpriced, "a test").then().statusCode(201).body("data.total_cost", nullValue());
        }
    }

    @Nested
    class Answers200 {

        @Test
        void withTheFirstReversal() {
            String id = recorded("");
            String first = reverse(id, "why").path("data.id");

            reverse(id, "why").then().statusCode(200).body("data.id", equalTo(first));
        }

        @Test
        void toAllButOneOfManyAtTheSameInstant() throws Exception {
            String id = recorded("");
            Set<Object> reversals = ConcurrentHashMap.newKeySet();
            Callable<Integer> call = () -> {
                Response answer = reverse(id, "why");
                reversals.add(answer.path("data.id"));
                return answer.statusCode();
            };
            var statuses = new ArrayList<Integer>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var result : threads.invokeAll(
                        IntStream.range(0, 8).mapToObj(i -> call).toList())) {
                    statuses.add(result.get());
                }
            }

            assertThat(statuses).containsOnlyOnce(201).contains(200);
            assertThat(reversals).hasSize(1);
        }
    }

    @Nested
    class Answers409 {

        @Test
        void toAnotherReason() {
            String id = recorded("");
            reverse(id, "why").then().statusCode(201);

            reverse(id, "because").then().statusCode(409).body("code", equalTo("already_reversed"));
        }

        @Test
        void toTheReversalOfAReversal() {
            String reversal = reverse(recorded(""), "why").path("data.id");

            reverse(reversal, "why").then().statusCode(409).body("code", equalTo("not_reversible"));
        }
    }

    @Nested
    class Answers404 {

        @ParameterizedTest
        @ValueSource(strings = {"0190a3b4-0000-7000-8000-000000000000", "nothing"})
        void toAnUnknownId(String id) {
            reverse(id, "why").then().statusCode(404);
        }

        @Test
        void toAnotherTenantsEvent() {
            String theirs = Organisation.fresh()
                    .record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}")
                    .path("data.id");

            reverse(theirs, "why").then().statusCode(404);
        }
    }

    @Nested
    class Answers400 {

        @ParameterizedTest
        @ValueSource(strings = {"{}", "{\"reason\":\" \"}", "{\"reason\":1}", "{\"reason\":\"a\",\"more\":1}", "[]"})
        void withoutAReason(String body) {
            acme.admin()
                    .body(body)
                    .post("/api/usage/events/" + recorded("") + "/reversal")
                    .then()
                    .statusCode(400);
        }
    }
}
