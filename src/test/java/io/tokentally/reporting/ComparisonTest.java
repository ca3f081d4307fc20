package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports that say whether something paid off, sessions, totals per tenant, and answers that still hold. */
@ApiTest
class ComparisonTest {

    @Inject
    TestClock clock;

    private final Organisation acme = Organisation.fresh();

    @AfterEach
    void realTime() {
        clock.reset();
    }

    private void call(String day, long promptTokens, String fields) {
        acme.record("{\"endpoint\":\"chat\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":" + promptTokens
                + ",\"occurred_at\":\"" + day + "T12:00:00Z\"" + fields + "}");
    }

    private static BigDecimal usd(String amount) {
        return new BigDecimal(amount);
    }

    @Nested
    class AComparison {

        /** A million prompt tokens of this model cost 0.15 USD. */
        @Test
        void saysWhatChangedAndWhatThatSaved() {
            call("2026-01-05", 3_000_000, ",\"response_time_ms\":200");
            call("2026-01-15", 1_000_000, "");
            call("2026-01-16", 1_000_000, ",\"response_time_ms\":100");
            call("2026-01-31", 2_000_000, "");
            call("2026-02-01", 9_000_000, "");

            acme.get("/api/usage/comparison?startDate=2026-01-16&endDate=2026-01-31"
                            + "&beforeStartDate=2026-01-01&beforeEndDate=2026-01-15")
                    .then()
                    .statusCode(200)
                    .body("data.source", equalTo("sums"))
                    .body("data.before.days", equalTo(15))
                    .body("data.before.sums.avg_tokens_per_call", equalTo(2_000_000))
                    .body("data.after.sums.avg_tokens_per_call", equalTo(1_500_000))
                    .body("data.change.calls", comparesEqualTo(0))
                    .body("data.change.calls_per_day", comparesEqualTo(usd("-6.25")))
                    .body("data.change.avg_tokens_per_call", comparesEqualTo(-25))
                    .body("data.change.avg_cost_per_call", comparesEqualTo(-25))
                    .body("data.change.avg_response_time", comparesEqualTo(-50))
                    .body("data.change.failure_rate", nullValue())
                    .body("data.saved_per_call", comparesEqualTo(usd("0.075")))
                    .body("data.saved", comparesEqualTo(usd("0.15")));
        }

        @Test
        void takesAsManyDaysRightBeforeUnlessTheyAreNamed() {
            clock.set("2026-03-10T12:00:00Z");

            acme.get("/api/usage/comparison?days=7")
                    .then()
                    .body("data.after.start_date", equalTo("2026-03-04"))
                    .body("data.before.start_date", equalTo("2026-02-25"))
                    .body("data.before.end_date", equalTo("2026-03-03"))
                    .body("data.change.calls", nullValue())
                    .body("data.saved", nullValue());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "beforeStartDate=2026-01-01",
                    "beforeStartDate=2026-01-02&beforeEndDate=2026-01-01",
                    "beforeStartDate=2026-01-01&beforeEndDate=2026-06-01&tag=a:b",
                    "days=93&tag=a:b"
                })
        void refusesWhatMakesNoSense(String query) {
            acme.get("/api/usage/comparison?" + query).then().statusCode(400).body("code", equalTo("invalid_input"));
        }

        @Test
        void goesBackToTheFirstDayThereIs() {
            acme.get("/api/usage/comparison?startDate=0001-01-03&endDate=9999-12-30")
                    .then()
                    .statusCode(200);
        }
    }

    @Nested
    class Savings {

        @Test
        void areWhatTheSparedCallsWouldHaveCostLessWhatDecidingCosts() {
            call("2026-01-05", 2_000_000, ",\"call_type\":\"conversation\",\"scope\":\"IN_SCOPE\"");
            call("2026-01-05", 4_000_000, ",\"call_type\":\"conversation\"");
            for (int i = 0; i < 3; i++) {
                call("2026-01-06", 100_000, ",\"call_type\":\"classification\",\"scope\":\"OUT_OF_SCOPE\"");
            }
            call("2026-01-06", 100_000, ",\"call_type\":\"classification\",\"scope\":\"IN_SCOPE\"");

            acme.get("/api/usage/savings")
                    .then()
                    .statusCode(200)
                    .body("data.filtered_calls", equalTo(3))
                    .body("data.gate.calls", equalTo(4))
                    .body("data.cost_per_spared_call", comparesEqualTo(usd("0.45")))
                    .body("data.estimated_savings", comparesEqualTo(usd("1.35")))
                    .body("data.overhead", comparesEqualTo(usd("0.06")))
                    .body("data.net_benefit", comparesEqualTo(usd("1.29")));
            acme.get("/api/usage/savings?tokensPerCall=490")
                    .then()
                    .body("data.cost_per_spared_call", comparesEqualTo(usd("0.000074")))
                    .body("data.estimated_savings", comparesEqualTo(usd("0.000220")));
        }

        @Test
        void areUnknownWithoutACallToSpare() {
            call("2026-01-06", 1, ",\"call_type\":\"classification\",\"scope\":\"OUT_OF_SCOPE\"");

            acme.get("/api/usage/savings")
                    .then()
                    .body("data.filtered_calls", equalTo(1))
                    .body("data.net_benefit", nullValue());
        }

        @Test
        void takeNoFilterByWhatTheyTellApart() {
            acme.get("/api/usage/savings?scope=x&callType=y")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("callType", "scope"));
        }
    }

    @Nested
    class Sessions {

        @Test
        void areTheDearestOfTheLastThirtyDaysUnlessAskedOtherwise() {
            clock.set("2026-03-31T12:00:00Z");
            call("2026-02-01", 900, ",\"session_id\":\"old\"");
            call("2026-03-01", 900, ",\"session_id\":\"long\"");
            call("2026-03-02", 10, ",\"session_id\":\"long\"");
            call("2026-03-20", 20, ",\"session_id\":\"short\"");
            call("2026-03-20", 70, "");

            acme.get("/api/usage/sessions")
                    .then()
                    .statusCode(200)
                    .body("data.start_date", equalTo("2026-03-02"))
                    .body("data.source", equalTo("sums"))
                    .body("data.sessions.session_id", contains("short", "long"))
                    .body("data.sessions[0].share.total_cost", comparesEqualTo(usd("0.2")))
                    .body("data.sessions[1].first_call", equalTo("2026-03-01T12:00:00Z"))
                    .body("data.sessions[1].sums.total_tokens", equalTo(10));
            acme.get("/api/usage/sessions?sortBy=calls&startDate=2026-01-01&limit=1")
                    .then()
                    .body("data.sessions.session_id", contains("long"))
                    .body("data.groups", equalTo(3));
        }
    }

    /** Whoever else is in the session: when they came does not show. */
    @Test
    void sessionsOfAMemberShowWhenTheirOwnCallsWere() {
        clock.set("2026-03-31T12:00:00Z");
        call("2026-03-10", 900, ",\"session_id\":\"shared\",\"user_id\":\"ann\"");
        call("2026-03-12", 10, ",\"session_id\":\"shared\",\"user_id\":\"bob\"");

        acme.member("ann")
                .get("/api/usage/sessions")
                .then()
                .statusCode(200)
                .body("data.sessions[0].last_call", equalTo("2026-03-10T12:00:00Z"))
                .body("data.total.calls", equalTo(1));
    }

    @Nested
    class TotalsPerTenant {

        @Test
        void areWhatEachTenantsAdminSees() {
            call("2026-01-05", 1_000_000, ",\"user_id\":\"jane\"");
            String row = "data.tenants.find { it.id == '" + acme.id() + "' }";

            Response answer = Organisation.operator().get("/api/platform/usage?sortBy=total_cost&limit=1000");

            answer.then().statusCode(200).body(row + ".time_zone", equalTo("UTC"));
            assertThat(answer.<Object>path(row + ".stats"))
                    .isEqualTo(acme.get("/api/usage/stats").path("data"));
            assertThat(answer.asString()).doesNotContain("jane");
        }
    }

    @Nested
    class AnswersThatStillHold {

        private static final String REPORT = "/api/usage/breakdown?by=user";

        /** An answer holds no longer than to the next full five minutes. */
        @BeforeEach
        void stopTheClock() {
            clock.set("2026-03-31T12:01:00Z");
        }

        private Response ifNoneMatch(String tag) {
            return acme.admin().header("If-None-Match", tag).get(REPORT);
        }

        @Test
        void areNotGivenTwice() {
            call("2026-01-05", 1, ",\"user_id\":1");
            String tag = acme.get(REPORT).header("ETag");

            ifNoneMatch(tag).then().statusCode(304).header("ETag", tag).header("Cache-Control", "private, no-cache");
            ifNoneMatch("W/\"other\"").then().statusCode(200);
        }

        @Test
        void holdUntilAFactOrANameChanges() {
            call("2026-01-05", 1, ",\"user_id\":1");
            String first = acme.get(REPORT).header("ETag");

            call("2026-01-05", 1, ",\"user_id\":1");
            Response second = ifNoneMatch(first);
            second.then().statusCode(200).body("data.total.calls", equalTo(2));

            acme.putUser("1", "{\"username\":\"jane\"}");
            ifNoneMatch(second.header("ETag"))
                    .then()
                    .statusCode(200)
                    .body("data.rows[0].username", equalTo("jane"))
                    .header("ETag", not(equalTo(second.header("ETag"))));
        }

        @Test
        void areOfTheOneQuestion() {
            String tag = acme.get(REPORT).header("ETag");

            acme.admin()
                    .header("If-None-Match", tag)
                    .get("/api/usage/breakdown?by=model")
                    .then()
                    .statusCode(200);
        }

        @Test
        void areEachReadersOwn() {
            call("2026-01-05", 1, ",\"user_id\":\"jane\"");
            String query = REPORT + "&startDate=2026-01-01&endDate=2026-01-31";

            assertThat(acme.member("jane").get(query).header("ETag"))
                    .isNotEqualTo(acme.member("joe").get(query).header("ETag"));
        }
    }
}
