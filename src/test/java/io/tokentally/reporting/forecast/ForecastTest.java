package io.tokentally.reporting.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class ForecastTest {

    private static final String FORECAST = "/api/usage/forecast";

    /** 10,000,000 prompt tokens of gpt-4o-mini. */
    private static final BigDecimal COST_OF_A_DAY = new BigDecimal("1.5");

    private static final int TOKENS_OF_A_DAY = 10_000_000;

    private final Organisation acme = Organisation.fresh();

    @Inject
    TestClock clock;

    @BeforeEach
    void noonOfTheSixteenthOfMay() {
        clock.set("2026-05-16T12:00:00Z");
    }

    @AfterEach
    void realTime() {
        clock.reset();
    }

    private static String call(String user, String endpoint, String at) {
        return "{\"user_id\":\"%s\",\"endpoint\":\"%s\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":%d,\"occurred_at\":\"%s\"}"
                .formatted(user, endpoint, TOKENS_OF_A_DAY, at);
    }

    /** One call at ten on each of so many days before today, in one request. */
    private void callDaily(Organisation who, String user, String endpoint, int days) {
        LocalDate today = LocalDate.parse("2026-05-16");
        String events = IntStream.rangeClosed(1, days)
                .mapToObj(ago -> call(user, endpoint, today.minusDays(ago) + "T10:00:00Z"))
                .collect(Collectors.joining(",", "[", "]"));
        who.service().body(events).post("/api/usage/events").then().statusCode(200);
    }

    private Response forecast(String query) {
        return acme.get(FORECAST + query);
    }

    @Nested
    class Of200 {

        /** Fifteen days of one call, none today yet, and 15 and a half days to come. */
        @Test
        void isTheWholeTenantWithoutAWord() {
            callDaily(acme, "ann", "chat", 60);

            forecast("")
                    .then()
                    .statusCode(200)
                    .body("data.user_id", nullValue())
                    .body("data.endpoint", nullValue())
                    .body("data.today", equalTo("2026-05-16"))
                    .body("data.days_left", comparesEqualTo(16))
                    .body("data.resets_at", equalTo("2026-06-01T00:00:00Z"))
                    .body("data.basis_days", comparesEqualTo(60))
                    .body("data.coverage", comparesEqualTo(new BigDecimal("0.8")))
                    .body("data.unpriced_calls", comparesEqualTo(0))
                    .body("data.calls.used", comparesEqualTo(15))
                    .body("data.calls.projected", comparesEqualTo(30))
                    .body("data.calls.lower", comparesEqualTo(30))
                    .body("data.calls.upper", comparesEqualTo(30))
                    .body("data.calls.method", equalTo("seven_day_average"))
                    .body("data.calls.backtest.origins", comparesEqualTo(28))
                    .body("data.calls.backtest.days", comparesEqualTo(16))
                    .body("data.calls.backtest.error", comparesEqualTo(0))
                    .body("data.calls.backtest.error_of_7_day_average", comparesEqualTo(0))
                    .body("data.calls.backtest.interval_coverage", comparesEqualTo(1))
                    .body("data.tokens.projected", comparesEqualTo(305_000_000))
                    .body("data.cost.used", comparesEqualTo(new BigDecimal("22.5")))
                    .body("data.cost.projected", comparesEqualTo(new BigDecimal("45.75")))
                    .body("data.cost.limit", nullValue())
                    .body("data.budget", nullValue());
        }

        @Test
        void agreesWithTheStatistics() {
            callDaily(acme, "ann", "chat", 20);
            acme.record(call("bob", "search", "2026-05-16T11:00:00Z"));
            acme.record("{\"user_id\":\"bob\",\"endpoint\":\"search\",\"model\":\"own\",\"prompt_tokens\":7}");
            Response stats = acme.get("/api/usage/stats");

            Response forecast = forecast("");

            assertThat(forecast.<Number>path("data.cost.used").toString())
                    .isEqualTo(stats.path("data.monthly.monthly_cost").toString());
            assertThat(forecast.<Number>path("data.tokens.used").toString())
                    .isEqualTo(stats.path("data.monthly.monthly_tokens").toString());
            assertThat(forecast.<Number>path("data.calls.used").toString())
                    .isEqualTo(stats.path("data.monthly.monthly_api_calls").toString());
            forecast.then().body("data.unpriced_calls", comparesEqualTo(1));
        }

        @Test
        void isOfOneUserOrOneEndpoint() {
            callDaily(acme, "ann", "chat", 10);
            callDaily(acme, "bob", "search", 20);

            forecast("?userId=ann")
                    .then()
                    .body("data.user_id", equalTo("ann"))
                    .body("data.basis_days", comparesEqualTo(10))
                    .body("data.calls.used", comparesEqualTo(10))
                    .body("data.calls.projected", comparesEqualTo(25));
            forecast("?endpoint=search")
                    .then()
                    .body("data.endpoint", equalTo("search"))
                    .body("data.basis_days", comparesEqualTo(20))
                    .body("data.calls.used", comparesEqualTo(15))
                    .body("data.cost.limit", nullValue());
            forecast("").then().body("data.calls.used", comparesEqualTo(25));
        }

        @Test
        void saysNothingAboutANewTenant() {
            forecast("")
                    .then()
                    .statusCode(200)
                    .body("data.basis_days", comparesEqualTo(0))
                    .body("data.cost.used", comparesEqualTo(0))
                    .body("data.cost.projected", nullValue())
                    .body("data.cost.method", nullValue())
                    .body("data.cost.backtest", nullValue());
        }

        @Test
        void hasNoIntervalAfterThreeDays() {
            callDaily(acme, "ann", "chat", 3);

            forecast("")
                    .then()
                    .body("data.basis_days", comparesEqualTo(3))
                    .body("data.calls.projected", comparesEqualTo(18))
                    .body("data.calls.lower", nullValue())
                    .body("data.calls.upper", nullValue())
                    .body("data.calls.backtest", nullValue());
        }

        @Test
        void hasNoCostOfCallsWithoutAPrice() {
            acme.record(
                    "{\"endpoint\":\"e\",\"model\":\"own\",\"prompt_tokens\":7,\"occurred_at\":\"2026-05-15T10:00:00Z\"}");

            forecast("?budget=5")
                    .then()
                    .body("data.unpriced_calls", comparesEqualTo(1))
                    .body("data.cost.used", nullValue())
                    .body("data.cost.projected", nullValue())
                    .body("data.tokens.projected", comparesEqualTo(115))
                    .body("data.budget.amount", comparesEqualTo(5))
                    .body("data.budget.reached_on", nullValue());
        }

        /** Auckland's 17 May begins at noon UTC of the 16th. */
        @Test
        void takesDaysOfTheTenantsZone() {
            Organisation auckland = Organisation.freshIn("Pacific/Auckland");
            callDaily(auckland, "ann", "chat", 10);

            auckland.get(FORECAST)
                    .then()
                    .body("data.today", equalTo("2026-05-17"))
                    .body("data.days_left", comparesEqualTo(15))
                    .body("data.resets_at", equalTo("2026-05-31T12:00:00Z"))
                    .body("data.basis_days", comparesEqualTo(11));
        }

        /** Berlin's 29 March has 23 hours, and half of them are left at 10:30 UTC: two days and a half of one call each. */
        @Test
        void knowsThatADayMayBeShorter() {
            Organisation berlin = Organisation.freshIn("Europe/Berlin");
            clock.set("2026-03-29T10:30:00Z");
            String events = IntStream.rangeClosed(19, 28)
                    .mapToObj(day -> call("ann", "chat", "2026-03-" + day + "T12:00:00Z"))
                    .collect(Collectors.joining(",", "[", "]"));
            berlin.service().body(events).post("/api/usage/events").then().statusCode(200);

            berlin.get(FORECAST)
                    .then()
                    .body("data.days_left", comparesEqualTo(3))
                    .body("data.cost.projected", comparesEqualTo(new BigDecimal("18.75")))
                    .body("data.resets_at", equalTo("2026-03-31T22:00:00Z"));
        }
    }

    @Nested
    class OfALimit {

        @Test
        void isTheUsersOwn() {
            callDaily(acme, "ann", "chat", 60);
            acme.putUser(
                    "ann", "{\"limits\":{\"maxMonthlyCalls\":20,\"maxMonthlyTokens\":null,\"maxMonthlyCost\":1000}}");

            forecast("?userId=ann")
                    .then()
                    .body("data.calls.limit.amount", comparesEqualTo(20))
                    .body("data.calls.limit.reached_on", equalTo("2026-05-21"))
                    .body("data.calls.limit.reached_on_at_the_earliest", equalTo("2026-05-21"))
                    .body("data.tokens.limit", nullValue())
                    .body("data.cost.limit.amount", comparesEqualTo(1000))
                    .body("data.cost.limit.reached_on", nullValue());
        }

        @Test
        void isTheTenantsForTheTenant() {
            callDaily(acme, "ann", "chat", 60);
            Organisation.operator()
                    .body("{\"limits\":{\"maxMonthlyCalls\":10}}")
                    .put("/api/tenants/" + acme.id())
                    .then()
                    .statusCode(200);

            forecast("").then().body("data.calls.limit.reached_on", equalTo("2026-05-10"));
        }

        /** The seeds' checks: a day's budget of 5 and a user's month of 50. */
        @ParameterizedTest
        @CsvSource({"1.5, 2026-05-01", "22.5, 2026-05-15", "24, 2026-05-17", "45.75, 2026-05-31", "50, "})
        void isABudgetToo(BigDecimal budget, String day) {
            callDaily(acme, "ann", "chat", 60);

            forecast("?userId=ann&budget=" + budget)
                    .then()
                    .body("data.budget.reached_on", equalTo(day))
                    .body("data.cost.used", comparesEqualTo(COST_OF_A_DAY.multiply(BigDecimal.valueOf(15))));
        }
    }

    @Nested
    class OfAMember {

        @Test
        void isOfThemselves() {
            callDaily(acme, "ann", "chat", 10);
            callDaily(acme, "bob", "chat", 20);

            acme.member("ann")
                    .get(FORECAST)
                    .then()
                    .statusCode(200)
                    .body("data.user_id", equalTo("ann"))
                    .body("data.calls.used", comparesEqualTo(10))
                    .body("data.calls.limit", notNullValue());
            acme.member("ann").get(FORECAST + "?userId=ann").then().statusCode(200);
        }

        @Test
        void isEmptyForWhoWasNeverSeenAndMakesNobodyKnown() {
            acme.member("new")
                    .get(FORECAST)
                    .then()
                    .statusCode(200)
                    .body("data.user_id", equalTo("new"))
                    .body("data.calls.used", comparesEqualTo(0))
                    .body("data.calls.projected", nullValue());

            acme.get("/api/usage/user/new").then().statusCode(404);
        }

        /** Which endpoints there are is not theirs to know. */
        @ParameterizedTest
        @ValueSource(strings = {"?userId=bob", "?userId=nobody", "?endpoint=chat", "?endpoint=none"})
        void isTheSame404ForAllElse(String query) {
            callDaily(acme, "bob", "chat", 1);
            String unknown = forecast("?userId=nobody").asString();

            Response asked = acme.member("ann").get(FORECAST + query);

            asked.then().statusCode(404).body("code", equalTo("not_found"));
            assertThat(asked.asString()).isEqualTo(unknown);
        }

        /** A backend is nobody, and sees all. */
        @Test
        void isNotABackend() {
            callDaily(acme, "bob", "chat", 1);
            RequestSpecification backend = acme.service();

            backend.get(FORECAST + "?userId=bob").then().statusCode(200);
            acme.service().get(FORECAST).then().statusCode(200).body("data.user_id", nullValue());
        }
    }

    @Nested
    class Of400 {

        @ParameterizedTest
        @CsvSource({
            "?budget=-1, budget",
            "?budget=ten, budget",
            "?budget=1e3, budget",
            "?budget=, budget",
            "?userId=, userId",
            "?endpoint=, endpoint",
            "?userId=ann&endpoint=chat, endpoint"
        })
        void namesWhatIsWrong(String query, String field) {
            forecast(query)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid_input"))
                    .body("errors.field", contains(field));
        }

        @Test
        void namesAllOfIt() {
            forecast("?userId=" + "u".repeat(256) + "&endpoint=" + "e".repeat(201) + "&budget=x")
                    .then()
                    .body("errors.field", hasItems("userId", "endpoint", "budget"));
        }
    }

    @Nested
    class Of404 {

        @ParameterizedTest
        @ValueSource(strings = {"?userId=nobody", "?endpoint=nothing"})
        void isWhatWasNeverSeen(String query) {
            callDaily(acme, "ann", "chat", 1);

            forecast(query).then().statusCode(404).body("code", equalTo("not_found"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"?userId=ann", "?endpoint=chat"})
        void isWhatAnotherTenantHas(String query) {
            callDaily(Organisation.fresh(), "ann", "chat", 1);

            forecast(query).then().statusCode(404);
        }
    }
}
