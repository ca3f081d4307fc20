package io.tokentally.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class CheckTest {

    @Inject
    TestClock clock;

    private final Organisation acme = Organisation.fresh();

    @AfterEach
    void realTime() {
        clock.reset();
    }

    private static void call(Organisation who, String user, long tokens) {
        who.record("{\"user_id\":" + user + ",\"endpoint\":\"chat\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":"
                + tokens + "}");
    }

    private void limit(String user, String limits) {
        acme.putUser(user, "{\"limits\": " + limits + "}");
    }

    @Nested
    class Answers200 {

        @Test
        void withWhatIsUsedAndLeft() {
            call(acme, "123", 1000);

            acme.check("123")
                    .then()
                    .statusCode(200)
                    .body("success", equalTo(true))
                    .body("data.allowed", equalTo(true))
                    .body("data.tier", equalTo("free"))
                    .body("data.usage.tokens", comparesEqualTo(1000))
                    .body("data.usage.cost", comparesEqualTo(new BigDecimal("0.00015")))
                    .body("data.usage.calls", comparesEqualTo(1))
                    .body("data.held.calls", comparesEqualTo(0))
                    .body("data.limits.maxMonthlyTokens", comparesEqualTo(100_000))
                    .body("data.limits.maxMonthlyCost", comparesEqualTo(new BigDecimal("0.5")))
                    .body("data.limits.maxMonthlyCalls", comparesEqualTo(50))
                    .body("data.available.tokens", comparesEqualTo(99_000))
                    .body("data.available.cost", comparesEqualTo(new BigDecimal("0.49985")))
                    .body("data.available.calls", comparesEqualTo(49));
        }

        @Test
        void forAUserNobodyHasSeenAndDoesNotMakeThem() {
            call(acme, "1", 1);

            acme.check("\"stranger\"").then().statusCode(200).body("data.usage.calls", comparesEqualTo(0));
            acme.get("/api/usage/user/stranger").then().statusCode(404);
        }

        @Test
        void inATenantThatNeverWrote() {
            acme.check("1").then().statusCode(200).body("data.limits.maxMonthlyCalls", comparesEqualTo(50));
        }

        @Test
        void withoutLimitsForTheUnlimitedTier() {
            acme.putUser("1", "{\"tier\": \"unlimited\"}");
            call(acme, "1", 90_000_000);
            call(acme, "1", 90_000_000);

            acme.check("1")
                    .then()
                    .statusCode(200)
                    .body("data.limits.maxMonthlyTokens", nullValue())
                    .body("data.available.tokens", nullValue());
        }

        @Test
        void aboutTheTenantWhenNoUserIsNamed() {
            call(acme, "1", 10);
            call(acme, "2", 10);

            acme.service()
                    .body("{}")
                    .post("/api/usage/check")
                    .then()
                    .statusCode(200)
                    .body("data.tier", nullValue())
                    .body("data.usage.calls", comparesEqualTo(2));
        }

        @Test
        void toAMemberAboutThemselves() {
            call(acme, "\"ann\"", 10);

            acme.member("ann")
                    .body("{}")
                    .post("/api/usage/check")
                    .then()
                    .statusCode(200)
                    .body("data.usage.tokens", comparesEqualTo(10));
        }

        @Test
        void againFromTheFirstInstantOfTheNextMonthInTheTenantsZone() {
            Organisation newYork = Organisation.freshIn("America/New_York");
            newYork.putUser("1", "{\"limits\": {\"maxMonthlyCalls\": 1}}");
            clock.set("2026-03-10T12:00:00Z");
            call(newYork, "1", 1);

            clock.set("2026-04-01T03:59:59.999999Z"); // the last microsecond of March in New York, on daylight time
            newYork.check("1").then().statusCode(429).body("resets_at", equalTo("2026-04-01T04:00:00Z"));
            clock.set("2026-04-01T04:00:00Z");
            newYork.check("1").then().statusCode(200).body("data.usage.calls", comparesEqualTo(0));
        }
    }

    @Nested
    class Answers429 {

        @Test
        void withTheSeedsMembersWhenCallsAreUsedUp() {
            clock.set("2026-02-27T23:59:58.5Z");
            limit("123", "{\"maxMonthlyCalls\": 2}");
            call(acme, "123", 5);
            call(acme, "123", 5);

            acme.check("123")
                    .then()
                    .statusCode(429)
                    .contentType(startsWith("application/problem+json"))
                    .header("Retry-After", "86402")
                    .body("success", equalTo(false))
                    .body("status", comparesEqualTo(429))
                    .body("code", equalTo("quota_exceeded"))
                    .body("error", equalTo("Usage limit exceeded"))
                    .body("reason", equalTo("Monthly call limit reached: 2 of 2"))
                    .body("usage.tokens", comparesEqualTo(10))
                    .body("usage.cost", comparesEqualTo(new BigDecimal("0.0000015")))
                    .body("usage.calls", comparesEqualTo(2))
                    .body("limits.maxMonthlyTokens", comparesEqualTo(100_000))
                    .body("limits.maxMonthlyCost", comparesEqualTo(new BigDecimal("0.5")))
                    .body("limits.maxMonthlyCalls", comparesEqualTo(2))
                    .body("resets_at", equalTo("2026-03-01T00:00:00Z"));
        }

        @Test
        void whenTokensReachTheLimitExactlyAndNotOneBefore() {
            limit("1", "{\"maxMonthlyTokens\": 100}");
            call(acme, "1", 99);
            acme.check("1").then().statusCode(200);
            call(acme, "1", 1);

            acme.check("1").then().statusCode(429).body("reason", equalTo("Monthly token limit reached: 100 of 100"));
        }

        @Test
        void whenCostReachesTheLimitExactly() {
            limit("1", "{\"maxMonthlyCost\": 0.00015}");
            call(acme, "1", 1000);

            acme.check("1")
                    .then()
                    .statusCode(429)
                    .body("reason", equalTo("Monthly cost limit reached: $0.00015 of $0.00015"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"maxMonthlyCalls", "maxMonthlyTokens", "maxMonthlyCost"})
        void whenALimitIsZeroBeforeAnyCall(String limit) {
            limit("1", "{\"" + limit + "\": 0}");

            acme.check("1").then().statusCode(429);
        }

        @Test
        void afterFactsHavePassedTheLimitAndTheyAreRecordedAllTheSame() {
            limit("1", "{\"maxMonthlyCalls\": 1}");
            call(acme, "1", 1);
            call(acme, "1", 1);

            Response refused = acme.check("1");

            refused.then().statusCode(429).body("usage.calls", comparesEqualTo(2));
            assertThat((Object) refused.path("available.calls")).isEqualTo(0);
        }

        @Test
        void withTheNumbersOfTheStatistics() {
            limit("1", "{\"maxMonthlyTokens\": 1}");
            call(acme, "1", 777);

            BigDecimal refused =
                    new BigDecimal(acme.check("1").path("usage.cost").toString());
            BigDecimal monthly = new BigDecimal(acme.get("/api/usage/user/1")
                    .path("data.monthly.monthly_cost")
                    .toString());
            assertThat(refused).isEqualByComparingTo(monthly);
        }

        @Test
        void countingAFailedCallAndNotACacheHit() {
            limit("1", "{\"maxMonthlyCalls\": 1}");
            acme.record(
                    "{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":0,\"cache_hit\":true}");
            acme.check("1").then().statusCode(200);
            acme.record("{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":0,\"success\":false,"
                    + "\"error_message\":\"timeout\"}");

            acme.check("1").then().statusCode(429);
        }

        @Test
        void atOnceAfterATierIsLowered() {
            call(acme, "1", 10);
            acme.admin()
                    .body("{\"maxMonthlyTokens\": 10}")
                    .put("/api/tiers/free")
                    .then()
                    .statusCode(200);

            acme.check("1").then().statusCode(429);
        }
    }

    @Nested
    class Answers403 {

        @Test
        void toAMemberWhoseTokenStandsForNobody() {
            call(acme, "1", 10);

            acme.member("x".repeat(300))
                    .body("{}")
                    .post("/api/usage/check")
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("no_user"));
        }
    }

    @Nested
    class Answers404 {

        @Test
        void toAMemberWhoAsksAboutSomebodyElse() {
            acme.member("ann")
                    .body("{\"user_id\": \"bob\"}")
                    .post("/api/usage/check")
                    .then()
                    .statusCode(404);
        }
    }

    @Nested
    class Answers400 {

        @ParameterizedTest
        @ValueSource(strings = {"1.5", "true", "\"\"", "{}", "9007199254740992", "\"a\\u0000b\"", "\"\\ud800\""})
        void forAUserIdOf(String userId) {
            acme.check(userId).then().statusCode(400).body("errors.field", containsInAnyOrder("user_id"));
        }

        @Test
        void forUnknownMembers() {
            acme.service()
                    .body("{\"user\": 1, \"modle\": \"x\"}")
                    .post("/api/usage/check")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("user", "modle"));
        }
    }
}
