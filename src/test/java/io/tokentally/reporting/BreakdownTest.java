package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.ValidatableResponse;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class BreakdownTest {

    private final Organisation acme = Organisation.fresh();

    /** A priced call of a million prompt tokens, unless the fields say otherwise. */
    private void call(String day, String fields) {
        acme.record("{\"occurred_at\":\"" + day + "T12:00:00Z\""
                + unlessIn(fields, "endpoint", "\"chat\"")
                + unlessIn(fields, "model", "\"gpt-4o-mini\"")
                + unlessIn(fields, "prompt_tokens", "1000000")
                + fields + "}");
    }

    private static String unlessIn(String fields, String name, String value) {
        return fields.contains("\"" + name + "\"") ? "" : ",\"" + name + "\":" + value;
    }

    private ValidatableResponse breakdown(String query) {
        return acme.get("/api/usage/breakdown?" + query).then().statusCode(200);
    }

    @Nested
    class Answers {

        @Test
        void haveTheSumsOfEachGroupAndItsShare() {
            call("2026-03-01", ",\"scope\":\"IN_SCOPE\",\"completion_tokens\":1000000,\"response_time_ms\":100");
            call("2026-03-02", ",\"scope\":\"IN_SCOPE\",\"success\":false,\"response_time_ms\":300");
            call("2026-03-02", ",\"scope\":\"OUT_OF_SCOPE\"");
            call("2026-03-02", ",\"model\":\"nobody-sells-this\"");

            breakdown("by=scope")
                    .body("data.by", contains("scope"))
                    .body("data.source", equalTo("sums"))
                    .body("data.start_date", nullValue())
                    .body("data.groups", equalTo(3))
                    .body("data.total.calls", equalTo(4))
                    .body("data.total.unpriced_calls", equalTo(1))
                    .body("data.total.total_cost", comparesEqualTo(new BigDecimal("1.05")))
                    .body("data.rows.key.scope", contains("IN_SCOPE", "OUT_OF_SCOPE", null))
                    .body("data.rows[0].sums.calls", equalTo(2))
                    .body("data.rows[0].sums.failed_calls", equalTo(1))
                    .body("data.rows[0].sums.failure_rate", comparesEqualTo(new BigDecimal("0.5")))
                    .body("data.rows[0].sums.total_tokens", equalTo(3_000_000))
                    .body("data.rows[0].sums.input_cost", comparesEqualTo(new BigDecimal("0.3")))
                    .body("data.rows[0].sums.output_cost", comparesEqualTo(new BigDecimal("0.6")))
                    .body("data.rows[0].sums.avg_cost_per_call", comparesEqualTo(new BigDecimal("0.45")))
                    .body("data.rows[0].sums.response_time.avg_ms", equalTo(200))
                    .body("data.rows[0].sums.response_time.timed_calls", equalTo(2))
                    .body("data.rows[0].share.calls", comparesEqualTo(new BigDecimal("0.5")))
                    .body("data.rows[0].share.total_cost", comparesEqualTo(new BigDecimal("0.857143")))
                    .body("data.rows[2].sums.total_cost", nullValue())
                    .body("data.rows[2].share.total_cost", nullValue());
        }

        @Test
        void nameUsersAsTheTenantWritesThem() {
            acme.putUser("7", "{\"username\":\"seven\",\"email\":\"seven@example.com\"}");
            call("2026-03-01", ",\"user_id\":7,\"completion_tokens\":9");
            call("2026-03-01", ",\"user_id\":\"jane\"");
            call("2026-03-01", ",\"prompt_tokens\":5");

            breakdown("by=user")
                    .body("data.rows.key.user", contains(7, "jane", null))
                    .body("data.rows[0].username", equalTo("seven"))
                    .body("data.rows[0].email", equalTo("seven@example.com"))
                    .body("data.rows[2].erased", equalTo(false))
                    .body("data.users", equalTo(2));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                by=endpoint,git_branch                    | sums
                by=model&scope=x&success=true             | sums
                by=session&sessionId=s                    | sums
                by=user&days=30                           | sums
                by=user,endpoint&days=30                  | rows
                by=tag:team&days=92                       | rows
                by=endpoint&userId=7&days=30              | rows
                by=endpoint&tag=team:red&days=30          | rows
                by=session&sessionId=&days=30             | rows
                """)
        void sayWhatTheyWereReadFrom(String query, String source) {
            breakdown(query).body("data.source", equalTo(source));
        }

        @Test
        void tellCallsApartByATag() {
            call("2026-03-01", ",\"tags\":{\"team\":\"red\"}");
            call("2026-03-02", ",\"tags\":{\"team\":3}");
            call("2026-03-02", "");

            breakdown("by=tag:team,model&startDate=2026-03-01&endDate=2026-03-31")
                    .body("data.rows.key.'tag:team'", containsInAnyOrder("red", "3", null))
                    .body("data.rows.key.model", contains("gpt-4o-mini", "gpt-4o-mini", "gpt-4o-mini"))
                    .body("data.groups", equalTo(3));
        }

        @Test
        void ofNoCallAreTheSameFromSumsAndFromRows() {
            breakdown("by=model&days=7")
                    .body("data.source", equalTo("sums"))
                    .body("data.total.avg_cost_per_call", comparesEqualTo(0));
            breakdown("by=tag:team&days=7")
                    .body("data.source", equalTo("rows"))
                    .body("data.total.avg_cost_per_call", comparesEqualTo(0));
        }

        @Test
        void sayOnlyTheDaysThatWereNamed() {
            breakdown("by=session&startDate=2026-03-01")
                    .body("data.start_date", equalTo("2026-03-01"))
                    .body("data.end_date", nullValue());
            breakdown("by=session&endDate=2026-03-01")
                    .body("data.start_date", nullValue())
                    .body("data.end_date", equalTo("2026-03-01"));
        }

        @Test
        void countOnlyWhatStandsAfterAReversal() {
            String id = acme.record("{\"endpoint\":\"chat\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":10,"
                            + "\"git_branch\":\"main\",\"response_time_ms\":10,\"user_id\":1}")
                    .path("data.id");
            acme.admin()
                    .body("{\"reason\":\"a test\"}")
                    .post("/api/usage/events/" + id + "/reversal")
                    .then()
                    .statusCode(201);

            breakdown("by=git_branch")
                    .body("data.total.calls", equalTo(0))
                    .body("data.users", equalTo(0))
                    .body("data.rows[0].sums.total_tokens", equalTo(0))
                    .body("data.rows[0].sums.response_time.p50_ms", nullValue());
        }
    }

    @Test
    void readTheLastThirtyDaysOfCallsUnlessMoreIsAskedFor() {
        breakdown("by=user,endpoint").body("data.source", equalTo("rows")).body("data.start_date", notNullValue());
        breakdown("by=user,scope&days=92").body("data.source", equalTo("rows"));
    }

    @Test
    void giveABackendNoNames() {
        acme.putUser("7", "{\"username\":\"seven\"}");
        call("2026-03-01", ",\"user_id\":7");

        assertThat(acme.service().get("/api/usage/breakdown?by=user").asString())
                .contains("\"user\":7")
                .doesNotContain("seven");
        acme.service().get("/api/usage/calls").then().statusCode(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "breakdown?by=session&endDate=0001-01-05",
                "breakdown?by=session&startDate=9999-12-30",
                "series?endDate=0001-01-05",
                "series?step=hour&startDate=9999-12-30&endDate=9999-12-30",
                "series?step=hour&startDate=0001-01-02&endDate=0001-01-02",
                "sessions?endDate=0001-01-05",
                "comparison?endDate=0001-01-05",
                "comparison?startDate=0001-01-02&endDate=0001-01-10",
                "calls?endDate=0001-01-05"
            })
    void answerAtTheEndsOfTime(String query) {
        Organisation tokyo = Organisation.freshIn("Asia/Tokyo");
        for (Organisation where : List.of(tokyo, Organisation.freshIn("America/New_York"))) {
            assertThat(where.get("/api/usage/" + query).statusCode()).isIn(200, 400);
        }
    }

    @Nested
    class Pages {

        @Test
        void neitherOverlapNorSkip() {
            IntStream.range(0, 7).forEach(i -> call("2026-03-0" + (1 + i % 3), ",\"session_id\":\"s" + i + "\""));

            List<String> all = IntStream.range(0, 4)
                    .mapToObj(page -> breakdown("by=session&limit=2&offset=" + 2 * page)
                            .extract()
                            .<List<String>>path("data.rows.key.session"))
                    .flatMap(List::stream)
                    .toList();

            assertThat(all).containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6");
        }

        /** Two middling days are dearer together than any one day of the others. */
        @Test
        void findTheDearestSessionThoughNoDayOfItIsTheDearest() {
            call("2026-03-01", ",\"session_id\":\"a\",\"prompt_tokens\":30");
            call("2026-03-02", ",\"session_id\":\"b\",\"prompt_tokens\":30");
            call("2026-03-01", ",\"session_id\":\"long\",\"prompt_tokens\":20");
            call("2026-03-02", ",\"session_id\":\"long\",\"prompt_tokens\":20");
            call("2026-03-03", ",\"session_id\":\"long\",\"prompt_tokens\":20000");

            breakdown("by=session&limit=1&startDate=2026-03-01&endDate=2026-03-02")
                    .body("data.rows.key.session", contains("long"))
                    .body("data.rows[0].sums.total_tokens", equalTo(40));
        }

        @Test
        void sayHowManyGroupsThereAreAlsoBeyondTheLast() {
            call("2026-03-01", ",\"user_id\":1");

            breakdown("by=endpoint&offset=5").body("data.rows", hasSize(0)).body("data.groups", equalTo(1));
            breakdown("by=user&offset=5").body("data.rows", hasSize(0)).body("data.groups", equalTo(1));
        }

        @Test
        void areSortedAsAsked() {
            call("2026-03-01", ",\"endpoint\":\"slow\",\"response_time_ms\":900,\"prompt_tokens\":1");
            call("2026-03-01", ",\"endpoint\":\"quick\",\"response_time_ms\":9");
            call("2026-03-01", ",\"endpoint\":\"unknown\"");

            breakdown("by=endpoint&sortBy=avg_response_time&order=asc")
                    .body("data.rows.key.endpoint", contains("quick", "slow", "unknown"));
            breakdown("by=endpoint&sortBy=total_tokens&order=ASC")
                    .body("data.rows.key.endpoint", contains("slow", "quick", "unknown"));
        }
    }

    @Nested
    class AreRefused {

        @Test
        void withEveryWrongParameterNamed() {
            acme.get("/api/usage/breakdown?by=user,colour&startDate=2026-13-01&sortBy=id&limit=0")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("by", "startDate", "sortBy", "limit"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"days=7", "by=", "by=user,model,scope", "by=tag:", "by=user,user", "by=tag:x&days=93"})
        void withoutWhatTheyNeed(String query) {
            acme.get("/api/usage/breakdown?" + query).then().statusCode(400).body("code", equalTo("invalid_input"));
        }

        @Test
        void toAMemberButForTheirOwnCalls() {
            call("2026-03-01", ",\"user_id\":\"jane\"");
            call("2026-03-01", ",\"user_id\":\"joe\"");
            String own = "/api/usage/breakdown?by=endpoint&startDate=2026-03-01&endDate=2026-03-31";

            acme.member("jane").get(own).then().statusCode(200).body("data.total.calls", equalTo(1));
            acme.member("jane").get(own + "&userId=joe").then().statusCode(404);
        }
    }

    @Nested
    class Series {

        private ValidatableResponse series(String query) {
            return acme.get("/api/usage/series?" + query).then().statusCode(200);
        }

        @Test
        void haveEveryDayAndAddUp() {
            call("2026-03-01", ",\"user_id\":1");
            call("2026-03-03", ",\"user_id\":1,\"model\":\"gpt-4o\"");
            call("2026-03-03", ",\"user_id\":2,\"model\":\"gpt-4.1\",\"prompt_tokens\":1");

            series("by=model&startDate=2026-03-01&endDate=2026-03-04&limit=1")
                    .body("data.source", equalTo("sums"))
                    .body("data.total.start", contains("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"))
                    .body("data.total.calls", contains(1, 0, 2, 0))
                    .body("data.total.users", contains(1, 0, 2, 0))
                    .body("data.groups.key", equalTo(List.of(Map.of("model", "gpt-4o"))))
                    .body("data.groups[0].points.calls", contains(0, 0, 1, 0))
                    .body("data.other.calls", contains(1, 0, 1, 0));
        }

        @Test
        void cutWeeksAndMonthsWhereTheDaysAre() {
            call("2026-03-01", ",\"user_id\":1");
            call("2026-03-02", ",\"user_id\":1");
            call("2026-03-09", ",\"user_id\":1");
            call("2026-04-01", ",\"user_id\":2");

            series("step=week&startDate=2026-03-01&endDate=2026-03-09")
                    .body("data.total.start", contains("2026-02-23", "2026-03-02", "2026-03-09"))
                    .body("data.total.calls", contains(1, 1, 1))
                    .body("data.total.users", contains(1, 1, 1));
            series("step=month&startDate=2026-03-02&endDate=2026-04-30")
                    .body("data.total.start", contains("2026-03-01", "2026-04-01"))
                    .body("data.total.calls", contains(2, 1))
                    .body("data.other", nullValue());
        }

        /** Berlin goes back an hour at 01:00 UTC on 25 October 2026: that day has 25 hours. */
        @Test
        void haveAsManyHoursAsTheDayHas() {
            Organisation berlin = Organisation.freshIn("Europe/Berlin");
            for (String at : List.of(
                    "2026-10-24T22:00:00Z",
                    "2026-10-25T00:30:00Z",
                    "2026-10-25T01:30:00Z",
                    "2026-10-25T22:59:59.999999Z")) {
                berlin.record(
                        "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"occurred_at\":\"" + at + "\"}");
            }

            var answer = berlin.get("/api/usage/series?step=hour&startDate=2026-10-25&endDate=2026-10-25");

            answer.then()
                    .statusCode(200)
                    .body("data.source", equalTo("rows"))
                    .body("data.total", hasSize(25))
                    .body("data.total[0].start", equalTo("2026-10-25T00:00:00+02:00"))
                    .body("data.total[2].start", equalTo("2026-10-25T02:00:00+02:00"))
                    .body("data.total[3].start", equalTo("2026-10-25T02:00:00+01:00"));
            List<Integer> calls = answer.path("data.total.calls");
            assertThat(calls.get(0) + calls.get(2) + calls.get(3) + calls.get(24))
                    .isEqualTo(4);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "step=year",
                    "by=user,model",
                    "step=hour&days=93",
                    "days=4000",
                    "limit=51",
                    "by=tag:x&days=100"
                })
        void areRefused(String query) {
            acme.get("/api/usage/series?" + query).then().statusCode(400);
        }
    }
}
