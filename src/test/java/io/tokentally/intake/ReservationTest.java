package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.TestClock;
import io.tokentally.testing.Truth;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class ReservationTest {

    @Inject
    TestClock clock;

    private Organisation acme = Organisation.fresh();

    @AfterEach
    void theTruthHolds() throws SQLException {
        clock.reset();
        assertThat(Truth.differences(acme)).isEmpty();
    }

    private Response reserve(String more) {
        return acme.service()
                .body(
                        "{\"user_id\":\"u\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":1000,\"max_completion_tokens\":500"
                                + more + "}")
                .post("/api/usage/reservations");
    }

    private String held(String more) {
        Response response = reserve(more);
        response.then().statusCode(201);
        return response.path("data.reservation_id");
    }

    private Response release(String id) {
        return acme.service().delete("/api/usage/reservations/" + id);
    }

    private Response settle(String id, String more) {
        return acme.tryToRecord(
                "{\"user_id\":\"u\",\"endpoint\":\"chat\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":900,"
                        + "\"completion_tokens\":100,\"reservation_id\":\"" + id + "\"" + more + "}");
    }

    private void limits(String limits) {
        acme.putUser("u", "{\"limits\":" + limits + "}");
    }

    private void sql(String statement) throws SQLException {
        try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                var sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private long holdsLeft() {
        Response answer = acme.check("\"u\"");
        return answer.jsonPath().getLong(answer.statusCode() == 200 ? "data.held.calls" : "held.calls");
    }

    @Nested
    class Answers201 {

        @Test
        void withWhatIsHeldAndWhatIsLeft() {
            reserve("")
                    .then()
                    .statusCode(201)
                    .body("success", equalTo(true))
                    .body("data.reservation_id", notNullValue())
                    .body("data.expires_at", notNullValue())
                    .body("data.held.calls", comparesEqualTo(1))
                    .body("data.held.tokens", comparesEqualTo(1500))
                    .body("data.held.cost", comparesEqualTo(new BigDecimal("0.00045")))
                    .body("data.available.calls", comparesEqualTo(49))
                    .body("data.available.tokens", comparesEqualTo(98_500));
        }

        @Test
        void andNeverMixesHeldIntoUsed() {
            held("");

            acme.check("\"u\"")
                    .then()
                    .body("data.usage.calls", comparesEqualTo(0))
                    .body("data.held.calls", comparesEqualTo(1))
                    .body("data.held.tokens", comparesEqualTo(1500));
        }

        @Test
        void upToTheVeryLimit() {
            limits("{\"maxMonthlyTokens\":3000,\"maxMonthlyCalls\":2,\"maxMonthlyCost\":0.0009}");

            held("");
            held("");
            reserve("").then().statusCode(429);
        }

        @Test
        void withoutAUserOnTheTenantsLimitsAlone() {
            acme.service()
                    .body("{\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"max_completion_tokens\":0}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201)
                    .body("data.available.calls", nullValue());
        }

        @Test
        void forTheUnlimited() {
            limits("{\"maxMonthlyTokens\":null,\"maxMonthlyCalls\":null,\"maxMonthlyCost\":null}");

            acme.service()
                    .body(
                            "{\"user_id\":\"u\",\"model\":\"in-house\",\"prompt_tokens\":100000000,\"max_completion_tokens\":100000000}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201)
                    .body("data.available.tokens", nullValue())
                    .body("data.held.cost", comparesEqualTo(0));
        }

        /** gpt-4o-mini has one input rate; claude-sonnet-4-5 asks 6 for a cache write of an hour, 12 in a long prompt. */
        @ParameterizedTest
        @CsvSource({"gpt-4o-mini,100000,0.015", "claude-sonnet-4-5,100000,0.6", "claude-sonnet-4-5,1000001,12.000012"})
        void holdingTheDearestThatCouldApply(String model, int promptTokens, BigDecimal cost) {
            clock.set("2026-02-01T00:00:00Z");

            acme.service()
                    .body("{\"model\":\"" + model + "\",\"prompt_tokens\":" + promptTokens
                            + ",\"max_completion_tokens\":0}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201)
                    .body("data.held.cost", comparesEqualTo(cost));
        }

        @Test
        void forTheNextMonthWhenThisOneIsUsedUp() {
            acme = Organisation.freshIn("Europe/Berlin");
            limits("{\"maxMonthlyCalls\":1}");
            clock.set("2026-03-31T21:59:59.999999Z");
            held("");
            reserve("").then().statusCode(429);

            clock.set("2026-03-31T22:00:00Z");
            held("");
            reserve("").then().statusCode(429);
        }

        @Test
        void onTheLeapDayAndTheDayAfter() {
            limits("{\"maxMonthlyCalls\":1}");
            clock.set("2028-02-29T23:59:59.999999Z");
            held("");
            reserve("").then().statusCode(429).body("resets_at", equalTo("2028-03-01T00:00:00Z"));

            clock.set("2028-03-01T00:00:00Z");
            held("");
        }
    }

    @Nested
    class Answers200 {

        @Test
        void withTheFirstReservationOfTheSameKey() {
            Response first = keyed("k", 1000);
            first.then().statusCode(201);

            keyed("k", 1000)
                    .then()
                    .statusCode(200)
                    .body("data.reservation_id", equalTo(first.path("data.reservation_id")))
                    .body("data.expires_at", equalTo(first.path("data.expires_at")));
            assertThat(holdsLeft()).isOne();
        }

        @Test
        void toAllButOneOfManyAtTheSameInstant() throws Exception {
            List<Response> answers = atOnce(12, () -> keyed("k", 1000));

            assertThat(answers.stream().map(Response::statusCode))
                    .containsOnlyOnce(201)
                    .contains(200);
            assertThat(answers.stream()
                            .map(answer -> answer.<String>path("data.reservation_id"))
                            .distinct())
                    .hasSize(1);
            assertThat(holdsLeft()).isOne();
        }
    }

    private Response keyed(String key, int promptTokens) {
        return acme.service()
                .header("Idempotency-Key", key)
                .body("{\"user_id\":\"u\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":" + promptTokens
                        + ",\"max_completion_tokens\":500}")
                .post("/api/usage/reservations");
    }

    private static <T> List<T> atOnce(int callers, Callable<T> call) throws Exception {
        var results = new ArrayList<T>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(Collections.nCopies(callers, call))) {
                results.add(result.get());
            }
        }
        return results;
    }

    @Nested
    class Answers400 {

        @Test
        void namingEveryWrongMember() {
            acme.service()
                    .body("{\"user_id\":true,\"prompt_tokens\":-1,\"ttl_seconds\":86401,\"colour\":\"red\"}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(400)
                    .body(
                            "errors.field",
                            containsInAnyOrder(
                                    "user_id",
                                    "model",
                                    "prompt_tokens",
                                    "max_completion_tokens",
                                    "ttl_seconds",
                                    "colour"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"[]", "1", "null", "{"})
        void toWhatIsNoObject(String body) {
            acme.service().body(body).post("/api/usage/reservations").then().statusCode(400);
        }
    }

    @Nested
    class Answers422 {

        @Test
        void toTheSameKeyWithAnotherBody() {
            keyed("k", 1000).then().statusCode(201);

            keyed("k", 1001).then().statusCode(422).body("code", equalTo("idempotency_key_reused"));
            assertThat(holdsLeft()).isOne();
        }

        @Test
        void toAModelWithoutAPriceUnderACostLimit() {
            acme.service()
                    .body("{\"user_id\":\"u\",\"model\":\"in-house\",\"prompt_tokens\":1,\"max_completion_tokens\":1}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("unpriced_model"));
        }

        @Test
        void unlessTheTenantAllowsIt() throws SQLException {
            held("");
            sql("update tenant set allow_unpriced = true");

            acme.service()
                    .body("{\"user_id\":\"u\",\"model\":\"in-house\",\"prompt_tokens\":1,\"max_completion_tokens\":1}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201);
        }
    }

    @Nested
    class Answers429 {

        @Test
        void whenItWouldNotFitAndSaysWhatIsLeft() {
            limits("{\"maxMonthlyTokens\":2999}");
            held("");

            reserve("")
                    .then()
                    .statusCode(429)
                    .header("Retry-After", notNullValue())
                    .body("code", equalTo("quota_exceeded"))
                    .body("error", equalTo("Usage limit exceeded"))
                    .body("reason", equalTo("Monthly token limit: 1499 are left, and this call may need 1500"))
                    .body("usage.tokens", comparesEqualTo(0))
                    .body("held.tokens", comparesEqualTo(1500))
                    .body("available.tokens", comparesEqualTo(1499));
            assertThat(holdsLeft()).isOne();
        }

        @ParameterizedTest
        @ValueSource(strings = {"maxMonthlyTokens", "maxMonthlyCalls", "maxMonthlyCost"})
        void forALimitOfZero(String limit) {
            limits("{\"" + limit + "\":0}");

            reserve("").then().statusCode(429);
        }

        @ParameterizedTest
        @CsvSource({"max_monthly_calls,1", "max_monthly_tokens,2999", "max_monthly_cost,0.0008"})
        void whenItFitsTheUserButNotTheTenantAndHoldsNothingOfEither(String limit, String value) throws SQLException {
            held("");
            sql("update tenant set " + limit + " = " + value);

            reserve("").then().statusCode(429).body("reason", containsString("The organisation's monthly"));
            assertThat(holdsLeft()).isOne();
        }

        @Test
        void andDoesNotRememberIt() {
            limits("{\"maxMonthlyCalls\":0}");
            keyed("k", 1000).then().statusCode(429);

            limits("{\"maxMonthlyCalls\":1}");
            keyed("k", 1000).then().statusCode(201);
        }

        @Test
        void afterALimitWasLoweredAndKeepsExistingHolds() {
            String first = held("");
            held("");
            limits("{\"maxMonthlyCalls\":1}");

            reserve("").then().statusCode(429).body("held.calls", comparesEqualTo(2));
            release(first).then().statusCode(204);
            reserve("").then().statusCode(429);
        }

        @Test
        void toAllButAsManyAsAreLeft() throws Exception {
            limits("{\"maxMonthlyCalls\":25,\"maxMonthlyTokens\":null,\"maxMonthlyCost\":null}");

            List<Response> answers = atOnce(64, () -> reserve(""));

            assertThat(answers.stream().filter(answer -> answer.statusCode() == 201))
                    .hasSize(25);
            assertThat(answers.stream().filter(answer -> answer.statusCode() == 429))
                    .hasSize(39)
                    .allSatisfy(answer -> answer.then()
                            .body("held.calls", comparesEqualTo(25))
                            .body("available.calls", comparesEqualTo(0)));
        }

        /** Facts are not refused: 10,000 calls of 100,000,000 tokens each reach a limit of 10^12 exactly. */
        @Test
        void whenAMillionMillionTokensAreUsed() {
            limits("{\"maxMonthlyTokens\":1000000000000,\"maxMonthlyCalls\":null,\"maxMonthlyCost\":null}");
            String event = "{\"user_id\":\"u\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":100000000}";
            acme.tryToRecord(Collections.nCopies(9_999, event).stream().collect(Collectors.joining(",", "[", "]")))
                    .then()
                    .statusCode(200)
                    .body("data.recorded", equalTo(9_999));
            acme.check("\"u\"").then().statusCode(200).body("data.available.tokens", comparesEqualTo(100_000_000));

            acme.record(event);

            reserve("")
                    .then()
                    .statusCode(429)
                    .body("usage.tokens", comparesEqualTo(1_000_000_000_000L))
                    .body("reason", equalTo("Monthly token limit reached: 1000000000000 of 1000000000000"));
            acme.get("/api/usage/stats").then().body("data.overall.total_tokens", comparesEqualTo(1_000_000_000_000L));
        }
    }

    @Nested
    class Settling {

        @Test
        void takesTheHoldAwayAndCountsWhatWasUsed() {
            settle(held(""), "")
                    .then()
                    .statusCode(201)
                    .body("data.reservation_status", equalTo("settled"))
                    .body("data.limits.usage.tokens", comparesEqualTo(1000))
                    .body("data.limits.held.tokens", comparesEqualTo(0));
        }

        @Test
        void happensOnce() {
            String id = held("");
            settle(id, "").then().statusCode(201);

            settle(id, "").then().statusCode(201).body("data.reservation_status", equalTo("already_settled"));
            acme.check("\"u\"").then().body("data.usage.calls", comparesEqualTo(2));
        }

        @Test
        void isRememberedWithTheEvent() {
            String id = held("");
            settle(id, ",\"event_id\":\"e\"").then().statusCode(201);

            settle(id, ",\"event_id\":\"e\"")
                    .then()
                    .statusCode(200)
                    .body("data.reservation_status", equalTo("settled"));
        }

        @Test
        void happensOnceWhenManySettleAtTheSameInstant() throws Exception {
            String id = held("");

            List<Response> answers = atOnce(8, () -> settle(id, ""));

            assertThat(answers.stream().map(answer -> answer.<String>path("data.reservation_status")))
                    .containsOnlyOnce("settled")
                    .contains("already_settled");
        }

        @Test
        void inAnArrayTellsOfEach() {
            String id = held("");
            String event =
                    "{\"user_id\":\"u\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"reservation_id\":\""
                            + id + "\"}";

            acme.tryToRecord("[" + event + "," + event + "]")
                    .then()
                    .statusCode(200)
                    .body("data.results[0].reservation_status", equalTo("settled"))
                    .body("data.results[1].reservation_status", equalTo("already_settled"));
        }

        @Test
        void recordsTheCallAtTheInstantOfTheGrant() {
            clock.set("2026-05-31T23:59:00Z");
            String id = held("");
            clock.set("2026-06-01T00:01:00Z");

            settle(id, "").then().statusCode(201).body("data.limits.usage.calls", comparesEqualTo(0));

            acme.get("/api/usage/export?limit=all").then().body(containsString("2026-05-31"));
        }

        /** An event sent weeks later with an old reservation's id is no event of then. */
        @Test
        void recordsTheCallNowWhenTheGrantIsLongAgo() {
            clock.set("2026-05-31T12:00:00Z");
            String id = held("");
            clock.set("2026-06-20T12:00:00Z");

            settle(id, "")
                    .then()
                    .statusCode(201)
                    .body("data.reservation_status", equalTo("expired"))
                    .body("data.limits.usage.calls", comparesEqualTo(1));
        }

        @Test
        void putsACallWithATimeIntoItsOwnMonthAndReturnsTheHoldToTheGrants() {
            clock.set("2026-05-31T23:59:00Z");
            String id = held("");
            clock.set("2026-06-01T00:01:00Z");

            settle(id, ",\"occurred_at\":\"2026-06-01T00:00:30Z\"")
                    .then()
                    .statusCode(201)
                    .body("data.reservation_status", equalTo("settled"))
                    .body("data.limits.usage.calls", comparesEqualTo(1));
            clock.set("2026-05-31T23:59:59Z");
            assertThat(holdsLeft()).isZero();
        }

        @Test
        void marksACallAboveItsOwnHold() throws SQLException {
            String id = held("");

            acme.record(
                    "{\"user_id\":\"u\",\"endpoint\":\"e\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":1501,\"reservation_id\":\""
                            + id + "\"}");

            assertThat(flags()).containsExactly("{overrun}");
        }

        @Test
        void doesNotMarkACallWithinIt() throws SQLException {
            settle(held(""), "").then().statusCode(201);

            assertThat(flags()).containsExactly("{}");
        }

        private List<String> flags() throws SQLException {
            var flags = new ArrayList<String>();
            try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select flags::text from user_api_usage")) {
                while (rows.next()) {
                    flags.add(rows.getString(1));
                }
            }
            return flags;
        }

        @Test
        void recordsEvenWhenTheHoldIsGone() {
            String released = held("");
            release(released);

            settle(released, "").then().statusCode(201).body("data.reservation_status", equalTo("released"));
            settle("0190a3b4-0000-7000-8000-000000000000", "")
                    .then()
                    .statusCode(201)
                    .body("data.reservation_status", equalTo("unknown"));
            acme.check("\"u\"").then().body("data.usage.calls", comparesEqualTo(2));
        }

        @Test
        void doesNotTouchTheHoldOfAnotherUser() {
            String id = held("");

            acme.tryToRecord(
                            "{\"user_id\":\"other\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"reservation_id\":\""
                                    + id + "\"}")
                    .then()
                    .statusCode(201)
                    .body("data.reservation_status", equalTo("unknown"));
            assertThat(holdsLeft()).isOne();
        }

        @Test
        void refusesWhatIsNoId() {
            settle("mine", "").then().statusCode(400).body("errors[0].field", equalTo("reservation_id"));
        }
    }

    @Nested
    class Expiring {

        @Test
        void happensAtTheExactInstant() {
            limits("{\"maxMonthlyCalls\":1}");
            clock.set("2026-06-10T12:00:00Z");
            held(",\"ttl_seconds\":60");

            clock.set("2026-06-10T12:00:59.999999Z");
            assertThat(holdsLeft()).isOne();
            reserve("").then().statusCode(429);

            clock.set("2026-06-10T12:01:00Z");
            assertThat(holdsLeft()).isZero();
            reserve("").then().statusCode(201);
        }

        @Test
        void isToldToTheLateCallWhichIsRecorded() {
            clock.set("2026-06-10T12:00:00Z");
            String id = held(",\"ttl_seconds\":60");
            clock.set("2026-06-10T12:01:00Z");

            settle(id, "").then().statusCode(201).body("data.reservation_status", equalTo("expired"));
        }

        @Test
        void takesTenMinutesUnlessSaid() {
            clock.set("2026-06-10T12:00:00Z");

            reserve("").then().body("data.expires_at", equalTo("2026-06-10T12:10:00Z"));
        }

        @Test
        void freesTheTenantOfWhatOthersHeld() throws SQLException {
            clock.set("2026-06-10T12:00:00Z");
            held(",\"ttl_seconds\":60");
            sql("update tenant set max_monthly_calls = 1");
            clock.set("2026-06-10T12:01:00Z");

            acme.service()
                    .body(
                            "{\"user_id\":\"other\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":1,\"max_completion_tokens\":1}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201);
        }
    }

    @Nested
    class Releasing {

        @Test
        void returnsTheHoldHoweverOften() {
            String id = held("");

            release(id).then().statusCode(204);
            release(id).then().statusCode(204);
            assertThat(holdsLeft()).isZero();
        }

        @Test
        void isDoneAlreadyAfterExpiry() {
            clock.set("2026-06-10T12:00:00Z");
            String id = held(",\"ttl_seconds\":1");
            clock.set("2026-06-10T12:00:01Z");

            release(id).then().statusCode(204);
        }

        @Test
        void isRefusedAfterSettlement() {
            String id = held("");
            settle(id, "").then().statusCode(201);

            release(id).then().statusCode(409).body("code", equalTo("reservation_settled"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"0190a3b4-0000-7000-8000-000000000000", "nothing", "1-1-1-1-1"})
        void findsNothingUnderAnotherId(String id) {
            release(id).then().statusCode(404);
        }

        @Test
        void findsNothingOfAnotherTenant() {
            String id = held("");
            Organisation other = Organisation.fresh();
            other.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");

            other.service().delete("/api/usage/reservations/" + id).then().statusCode(404);
            assertThat(holdsLeft()).isOne();
        }
    }

    @Test
    void keepsNumbersTogetherOverManySteps() {
        List<String> ids = IntStream.range(0, 10).mapToObj(i -> held("")).toList();
        ids.subList(0, 4).forEach(id -> settle(id, "").then().statusCode(201));
        ids.subList(4, 7).forEach(id -> release(id).then().statusCode(204));

        acme.check("\"u\"")
                .then()
                .body("data.usage.calls", comparesEqualTo(4))
                .body("data.held.calls", comparesEqualTo(3))
                .body("data.available.calls", comparesEqualTo(43));
    }
}
