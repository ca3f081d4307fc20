package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class ReportsTest {

    @Inject
    TestClock clock;

    private final Organisation acme = Organisation.fresh();

    @AfterEach
    void realTime() {
        clock.reset();
    }

    private void call(Organisation who, Object user, int tokens, String occurredAt) {
        who.record("{\"user_id\":" + user + ",\"endpoint\":\"chat\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":"
                + tokens + ",\"occurred_at\":\"" + occurredAt + "\"}");
    }

    @Nested
    class Stats {

        @Test
        void countsAllTimeThisMonthAndToday() {
            clock.set("2026-03-15T12:00:00Z");
            call(acme, 1, 1, "2025-01-01T00:00:00Z");
            call(acme, 1, 10, "2026-03-01T00:00:00Z");
            call(acme, 2, 100, "2026-03-14T23:59:59.999999Z");
            call(acme, 2, 1000, "2026-03-15T00:00:00Z");
            call(acme, 3, 10000, "2026-03-15T11:00:00Z");

            acme.get("/api/usage/stats")
                    .then()
                    .body("data.overall.total_api_calls", comparesEqualTo(5))
                    .body("data.overall.total_users", comparesEqualTo(3))
                    .body("data.overall.total_tokens", comparesEqualTo(11111))
                    .body("data.overall.total_cost", comparesEqualTo(new BigDecimal("0.00166665")))
                    .body("data.monthly.monthly_api_calls", comparesEqualTo(4))
                    .body("data.monthly.monthly_users", comparesEqualTo(3))
                    .body("data.monthly.monthly_tokens", comparesEqualTo(11110))
                    .body("data.daily.daily_api_calls", comparesEqualTo(2))
                    .body("data.daily.daily_users", comparesEqualTo(2))
                    .body("data.daily.daily_tokens", comparesEqualTo(11000));
        }

        @Test
        void areZeroForATenantThatNeverWrote() {
            acme.get("/api/usage/stats").then().statusCode(200).body("data.overall.total_cost", comparesEqualTo(0));
        }

        /** Auckland is 13 hours ahead in summer: its 15 March begins at 11:00 UTC on the 14th. */
        @Test
        void takeDaysOfTheTenantsZone() {
            Organisation auckland = Organisation.freshIn("Pacific/Auckland");
            clock.set("2026-03-14T12:00:00Z");
            call(auckland, 1, 1, "2026-03-14T10:59:59.999999Z");
            call(auckland, 1, 10, "2026-03-14T11:00:00Z");

            auckland.get("/api/usage/stats").then().body("data.daily.daily_tokens", comparesEqualTo(10));
        }

        /** New York's month of November 2025 ends at 05:00 UTC: daylight time has ended on the 2nd. */
        @Test
        void takeMonthsOfTheTenantsZoneAcrossDaylightTime() {
            Organisation newYork = Organisation.freshIn("America/New_York");
            clock.set("2025-11-30T12:00:00Z");
            call(newYork, 1, 1, "2025-11-01T03:59:59Z");
            call(newYork, 1, 10, "2025-11-01T04:00:00Z");
            call(newYork, 1, 100, "2025-12-01T04:59:59Z");
            clock.set("2025-12-01T04:59:59Z");

            newYork.get("/api/usage/stats").then().body("data.monthly.monthly_tokens", comparesEqualTo(110));
        }
    }

    @Nested
    class Summary {

        @Test
        void sortsByCostFromTheDearestByDefault() {
            call(acme, 1, 10, "2026-01-01T00:00:00Z");
            call(acme, 2, 30, "2026-01-02T00:00:00Z");
            call(acme, "\"three\"", 20, "2026-01-03T00:00:00Z");

            List<Object> ids = acme.get("/api/usage/summary").path("data.users.user_id");
            assertThat(ids).containsExactly(2, "three", 1);
        }

        @Test
        void pagesWithoutOverlapWhenAllCostTheSame() {
            for (int user = 1; user <= 5; user++) {
                call(acme, user, 10, "2026-01-01T00:00:00Z");
            }

            List<Object> first = acme.get("/api/usage/summary?limit=3").path("data.users.user_id");
            List<Object> second =
                    acme.get("/api/usage/summary?limit=3&offset=3").path("data.users.user_id");

            assertThat(first).hasSize(3).doesNotContainAnyElementsOf(second);
            assertThat(second).hasSize(2);
        }

        @ParameterizedTest
        @CsvSource({"total_tokens,ASC,1", "total_calls,desc,2", "last_call,DESC,3", "user_id,asc,1", "username,DESC,2"})
        void sortsBy(String field, String order, int first) {
            call(acme, 1, 1, "2026-01-01T00:00:00Z");
            call(acme, 2, 10, "2026-01-01T00:00:00Z");
            call(acme, 2, 10, "2026-01-01T00:00:00Z");
            call(acme, 3, 10, "2026-01-02T00:00:00Z");
            acme.putUser("2", "{\"username\": \"zoe\"}");

            acme.get("/api/usage/summary?sortBy=" + field + "&order=" + order)
                    .then()
                    .body("data.users[0].user_id", comparesEqualTo(first));
        }

        @Test
        void countsOnlyUsersWithACall() {
            call(acme, 1, 1, "2026-01-01T00:00:00Z");
            acme.putUser("2", "{}");
            acme.record(
                    "{\"user_id\":3,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"cache_hit\":true}");

            acme.get("/api/usage/summary")
                    .then()
                    .body("data.total", comparesEqualTo(1))
                    .body("data.users", hasSize(1));
        }

        @Test
        void namesEveryWrongParameter() {
            acme.get("/api/usage/summary?limit=0&offset=-1&sortBy=password&order=up")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("limit", "offset", "sortBy", "order"));
        }
    }

    @Nested
    class User {

        @Test
        void hasZerosWhenKnownWithoutCalls() {
            acme.putUser("7", "{}");

            acme.get("/api/usage/user/7")
                    .then()
                    .statusCode(200)
                    .body("data.userId", comparesEqualTo(7))
                    .body("data.total.total_calls", comparesEqualTo(0))
                    .body("data.monthly.monthly_cost", comparesEqualTo(0));
        }

        @Test
        void hasNoCostAsLongAsNoCallIsPriced() {
            acme.record("{\"user_id\":7,\"endpoint\":\"e\",\"model\":\"nobody-sells-this\",\"prompt_tokens\":1}");

            acme.get("/api/usage/user/7")
                    .then()
                    .body("data.total.total_cost", nullValue())
                    .body("data.monthly.monthly_cost", nullValue());
        }

        @Test
        void isFoundByTheirOwnMemberToken() {
            call(acme, "\"ann\"", 5, "2026-01-01T00:00:00Z");

            acme.member("ann")
                    .get("/api/usage/user/ann")
                    .then()
                    .statusCode(200)
                    .body("data.userId", equalTo("ann"))
                    .body("data.total.total_tokens", comparesEqualTo(5));
        }

        @Test
        void isTheSame404ForAStrangerAndForSomebodyElse() {
            call(acme, "\"ann\"", 5, "2026-01-01T00:00:00Z");

            String unknown = acme.get("/api/usage/user/nobody")
                    .then()
                    .statusCode(404)
                    .extract()
                    .asString();
            String foreign = acme.member("bob")
                    .get("/api/usage/user/ann")
                    .then()
                    .statusCode(404)
                    .extract()
                    .asString();
            String otherTenant = Organisation.fresh()
                    .get("/api/usage/user/ann")
                    .then()
                    .statusCode(404)
                    .extract()
                    .asString();

            assertThat(foreign).isEqualTo(unknown);
            assertThat(otherTenant).isEqualTo(unknown);
        }

        @Test
        void keepsTheWayTheirIdWasFirstSeen() {
            call(acme, "\"007\"", 5, "2026-01-01T00:00:00Z");
            call(acme, "\"42\"", 5, "2026-01-01T00:00:00Z");

            acme.get("/api/usage/user/007").then().body("data.userId", equalTo("007"));
            acme.get("/api/usage/user/42").then().body("data.userId", equalTo("42"));
        }
    }

    @Nested
    class Endpoint {

        @Test
        void averagesExactly() {
            for (int tokens : new int[] {1, 2}) {
                call(acme, 1, tokens, "2026-01-01T00:00:00Z");
            }

            acme.get("/api/usage/endpoint")
                    .then()
                    .body("data[0].api_calls", comparesEqualTo(2))
                    .body("data[0].avg_tokens_per_call", comparesEqualTo(2))
                    .body("data[0].cost_usd", comparesEqualTo(new BigDecimal("0.00000045")))
                    .body("data[0].avg_cost_per_call", comparesEqualTo(0));
        }

        /** 2.5 and 3.5 millionths of a dollar per call: half even gives 2 and 4. */
        @ParameterizedTest
        @CsvSource({"25,0.000002", "35,0.000004"})
        void roundsATieToTheEvenNeighbour(int tokens, BigDecimal average) {
            acme.record("{\"endpoint\":\"e\",\"model\":\"gpt-4.1-nano\",\"prompt_tokens\":" + tokens + "}");

            acme.get("/api/usage/endpoint").then().body("data[0].avg_cost_per_call", comparesEqualTo(average));
        }
    }

    @Nested
    class UnpricedCalls {

        private void unpriced() {
            acme.record("{\"user_id\":1,\"endpoint\":\"chat\",\"model\":\"in-house\",\"prompt_tokens\":10}");
        }

        @Test
        void haveNoCostWhereNothingElseIs() {
            unpriced();

            acme.get("/api/usage/stats").then().body("data.overall.total_cost", nullValue());
            acme.get("/api/usage/summary").then().body("data.users[0].total_cost", nullValue());
            acme.get("/api/usage/user/1").then().body("data.total.total_cost", nullValue());
            acme.get("/api/usage/endpoint")
                    .then()
                    .body("data[0].cost_usd", nullValue())
                    .body("data[0].avg_cost_per_call", nullValue());
            acme.get("/api/usage/daily?days=1").then().body("data[0].cost_usd", nullValue());
        }

        @Test
        void leaveTheAverageOfThePricedOnesAlone() {
            acme.record("{\"endpoint\":\"chat\",\"model\":\"m\",\"provider\":\"nobody\",\"prompt_tokens\":10}");
            acme.record("{\"endpoint\":\"chat\",\"model\":\"gpt-4.1-nano\",\"prompt_tokens\":100}");
            acme.record(
                    "{\"endpoint\":\"chat\",\"model\":\"gpt-4.1-nano\",\"provider\":\"nobody\",\"prompt_tokens\":100}");

            acme.get("/api/usage/endpoint")
                    .then()
                    .body("data.find { it.model == 'gpt-4.1-nano' }.api_calls", comparesEqualTo(2))
                    .body(
                            "data.find { it.model == 'gpt-4.1-nano' }.avg_cost_per_call",
                            comparesEqualTo(new BigDecimal("0.00001")));
        }
    }

    @Nested
    class Daily {

        @Test
        void hasExactlyTheDaysAskedForNewestFirstWithZeros() {
            clock.set("2024-03-01T00:30:00Z");
            call(acme, 1, 5, "2024-02-29T12:00:00Z");

            acme.get("/api/usage/daily?days=3")
                    .then()
                    .body("data.date", contains("2024-03-01", "2024-02-29", "2024-02-28"))
                    .body("data.unique_users[1]", comparesEqualTo(1))
                    .body("data.api_calls[0]", comparesEqualTo(0));
        }

        @Test
        void has30DaysByDefault() {
            acme.get("/api/usage/daily")
                    .then()
                    .body("data", hasSize(30))
                    .body("data.total_tokens", everyItem(comparesEqualTo(0)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "x", "3661", "99999999999999999999"})
        void refusesDaysOf(String days) {
            acme.get("/api/usage/daily?days=" + days).then().statusCode(400).body("errors.field", contains("days"));
        }
    }
}
