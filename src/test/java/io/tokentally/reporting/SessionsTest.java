package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Sql;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class SessionsTest {

    private final Organisation acme = Organisation.fresh();

    /** @param more members, each with a comma before it */
    private String record(String eventId, String session, String more) {
        return acme.record("{\"event_id\":\"" + eventId + "\",\"session_id\":\"" + session
                        + "\",\"prompt_tokens\":1000,\"completion_tokens\":100" + more + "}")
                .path("data.id");
    }

    private static Response session(RequestSpecification asked, String id) {
        return asked.get("/api/usage/sessions/{id}", id);
    }

    private void furnish() {
        record(
                "a",
                "s",
                ",\"user_id\":1,\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"call_type\":\"chat\","
                        + "\"occurred_at\":\"2026-02-01T10:00:00Z\"");
        record(
                "c",
                "s",
                ",\"user_id\":1,\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"call_type\":\"chat\","
                        + "\"occurred_at\":\"2026-02-02T09:00:00Z\"");
        record(
                "b",
                "s",
                ",\"user_id\":\"bob\",\"endpoint\":\"tell\",\"model\":\"in-house\",\"success\":false,"
                        + "\"occurred_at\":\"2026-02-01T23:00:00Z\"");
        record("else", "t", ",\"user_id\":1,\"endpoint\":\"ask\",\"model\":\"gpt-4o\"");
        String undone = record(
                "undone",
                "s",
                ",\"user_id\":3,\"endpoint\":\"undone\",\"model\":\"gpt-4o\","
                        + "\"occurred_at\":\"2026-02-01T23:30:00Z\"");
        acme.admin().body("{\"reason\":\"x\"}").post("/api/usage/events/" + undone + "/reversal");
    }

    @Nested
    class Answers200 {

        @Test
        void withWhatItCameToAndWhoAndWhat() {
            furnish();
            acme.putUser("1", "{\"username\":\"ann\"}");

            session(acme.admin(), "s")
                    .then()
                    .statusCode(200)
                    .body("data.session_id", equalTo("s"))
                    .body("data.start_date", equalTo("2026-02-01"))
                    .body("data.end_date", equalTo("2026-02-02"))
                    .body("data.totals.first_at", equalTo("2026-02-01T10:00:00Z"))
                    .body("data.totals.last_at", equalTo("2026-02-02T09:00:00Z"))
                    .body("data.totals.calls", comparesEqualTo(3))
                    .body("data.totals.failed_calls", comparesEqualTo(1))
                    .body("data.totals.unpriced_calls", comparesEqualTo(1))
                    .body("data.totals.prompt_tokens", comparesEqualTo(3000))
                    .body("data.totals.completion_tokens", comparesEqualTo(300))
                    .body("data.totals.total_tokens", comparesEqualTo(3300))
                    .body("data.totals.total_cost", comparesEqualTo(new BigDecimal("0.007")))
                    .body("data.users.username", contains("ann", null))
                    .body("data.users[0].user_id", comparesEqualTo(1))
                    .body("data.users[1].user_id", equalTo("bob"))
                    .body("data.users[0].calls", comparesEqualTo(2))
                    .body("data.users[0].total_cost", comparesEqualTo(new BigDecimal("0.007")))
                    .body("data.users[1].total_cost", nullValue())
                    .body("data.endpoints.name", contains("ask", "tell"))
                    .body("data.endpoints[0].total_tokens", comparesEqualTo(2200))
                    .body("data.models.name", contains("gpt-4o", "in-house"))
                    .body("data.call_types.name", contains("chat", null))
                    .body("data.call_types[1].calls", comparesEqualTo(1))
                    .body("data.source", equalTo("rows"))
                    .body("data.beyond_retention", nullValue())
                    .body("data.calls.event_id", contains("a", "b", "undone", null, "c"))
                    .body("data.next", nullValue());
        }

        @Test
        void andTheRestIsToBeHadAPageAtATime() {
            furnish();

            Response first = acme.admin().queryParam("limit", 2).get("/api/usage/sessions/s");

            first.then().body("data.calls.event_id", contains("a", "b")).body("data.next", notNullValue());
            acme.admin()
                    .queryParam("sessionId", "s")
                    .queryParam("order", "ASC")
                    .queryParam("startDate", first.<String>path("data.start_date"))
                    .queryParam("endDate", first.<String>path("data.end_date"))
                    .queryParam("cursor", first.<String>path("data.next"))
                    .get("/api/usage/calls")
                    .then()
                    .body("data.calls.event_id", contains("undone", null, "c"))
                    .body("data.next", nullValue());
        }

        @Test
        void toAMemberAsIfThereWereNoOthers() {
            furnish();

            session(acme.member("bob"), "s")
                    .then()
                    .statusCode(200)
                    .body("data.start_date", equalTo("2026-02-01"))
                    .body("data.end_date", equalTo("2026-02-01"))
                    .body("data.totals.calls", comparesEqualTo(1))
                    .body("data.totals.total_tokens", comparesEqualTo(1100))
                    .body("data.totals.failed_calls", comparesEqualTo(1))
                    .body("data.totals.total_cost", nullValue())
                    .body("data.users.user_id", contains("bob"))
                    .body("data.endpoints.name", contains("tell"))
                    .body("data.calls.event_id", contains("b"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"a/b", "/", "a b", "a%2Fb", "ü?&#;=+", "..a", "x;y=1", "\\"})
        void whateverItIsCalled(String name) {
            record("e", name.replace("\\", "\\\\"), ",\"endpoint\":\"ask\",\"model\":\"gpt-4o\"");

            session(acme.admin(), name).then().statusCode(200).body("data.session_id", equalTo(name));
        }

        @Test
        void withItsTotalsWhenItsCallsAreNoLongerKept() throws Exception {
            record("old", "s", ",\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"occurred_at\":\"2023-10-31T12:00:00Z\"");
            try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id())) {
                Sql.texts(connection, "select seal_usage_month('2023-10-01')");
            }

            session(acme.admin(), "s")
                    .then()
                    .statusCode(200)
                    .body("data.totals.calls", comparesEqualTo(1))
                    .body("data.totals.total_cost", comparesEqualTo(new BigDecimal("0.0035")))
                    .body("data.beyond_retention", equalTo("2023-11-01"))
                    .body("data.endpoints", empty())
                    .body("data.calls", empty());
        }
    }

    @Nested
    class Answers404 {

        @Test
        void whenThereIsNoneOrNoneToSee() {
            furnish();

            List<Response> answers = List.of(
                    session(acme.admin(), "nothing"),
                    session(acme.member("ann"), "s"),
                    session(acme.member("ann"), "nothing"),
                    session(acme.member("3"), "s"),
                    session(Organisation.fresh().admin(), "s"));

            assertThat(answers).extracting(Response::statusCode).containsOnly(404);
            assertThat(answers)
                    .extracting(Response::asString)
                    .containsOnly(answers.getFirst().asString());
        }
    }

    @Nested
    class Answers400 {

        @Test
        void andNamesAllThatIsWrong() {
            session(acme.admin().queryParam("limit", "0"), "x".repeat(256))
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("sessionId", "limit"));
        }
    }
}
