package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.shared.TenantId;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Sql;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class CallsTest {

    private static final String CALLS = "/api/usage/calls";

    @Inject
    TestClock clock;

    @Inject
    KeptRows rows;

    private final Organisation acme = Organisation.fresh();

    @BeforeEach
    void aDayInMay() {
        clock.set("2026-05-31T12:00:00Z");
    }

    @AfterEach
    void realTimeAgain() {
        clock.reset();
    }

    /** @param more members, each with a comma before it */
    private static String record(Organisation who, String eventId, String more) {
        return who.record("{\"event_id\":\"" + eventId + "\",\"prompt_tokens\":1000,\"completion_tokens\":100" + more
                        + "}")
                .path("data.id");
    }

    private String record(String eventId, String more) {
        return record(acme, eventId, ",\"endpoint\":\"ask\",\"model\":\"gpt-4o\"" + more);
    }

    private String at(String eventId, String instant) {
        return record(eventId, ",\"occurred_at\":\"" + instant + "\"");
    }

    private void reverse(String id) {
        acme.admin()
                .body("{\"reason\":\"a test\"}")
                .post("/api/usage/events/" + id + "/reversal")
                .then()
                .statusCode(201);
    }

    private static List<String> found(RequestSpecification asked) {
        Response answer = asked.get(CALLS);
        answer.then().statusCode(200);
        return answer.path("data.calls.event_id");
    }

    @Nested
    class ACall {

        @Test
        void isShownWithAllThatIsKeptOfIt() {
            clock.set("2026-05-31T12:00:01.5Z");
            String id = record("e-1", """
                    ,"user_id":7,"provider":"openai","source":"web","occurred_at":"2026-05-30T23:30:00Z",
                    "call_type":"chat","scope":"maths","session_id":"s","problem_id":"p","grade_level":"9",
                    "git_branch":"main","cache_read_tokens":400,"reasoning_tokens":40,"response_time_ms":250,
                    "success":false,"error_message":"too late","tags":{"team":"a","share":0.5,"new":true}""");
            acme.putUser("7", "{\"username\":\"ann\"}");

            acme.admin()
                    .get(CALLS)
                    .then()
                    .body("data.source", equalTo("rows"))
                    .body("data.start_date", equalTo("2026-05-02"))
                    .body("data.end_date", equalTo("2026-05-31"))
                    .body("data.beyond_retention", nullValue())
                    .body("data.next", nullValue())
                    .body("data.calls.id", contains(id))
                    .rootPath("data.calls[0]")
                    .body("event_id", equalTo("e-1"))
                    .body("source", equalTo("web"))
                    .body("occurred_at", equalTo("2026-05-30T23:30:00Z"))
                    .body("recorded_at", equalTo("2026-05-31T12:00:01.500Z"))
                    .body("usage_day", equalTo("2026-05-30"))
                    .body("user_id", comparesEqualTo(7))
                    .body("username", equalTo("ann"))
                    .body("endpoint", equalTo("ask"))
                    .body("provider", equalTo("openai"))
                    .body("model", equalTo("gpt-4o"))
                    .body("call_type", equalTo("chat"))
                    .body("scope", equalTo("maths"))
                    .body("session_id", equalTo("s"))
                    .body("problem_id", equalTo("p"))
                    .body("grade_level", equalTo("9"))
                    .body("git_branch", equalTo("main"))
                    .body("calls", comparesEqualTo(1))
                    .body("prompt_tokens", comparesEqualTo(1000))
                    .body("completion_tokens", comparesEqualTo(100))
                    .body("total_tokens", comparesEqualTo(1100))
                    .body("cache_read_tokens", comparesEqualTo(400))
                    .body("cache_write_5m_tokens", comparesEqualTo(0))
                    .body("cache_write_1h_tokens", comparesEqualTo(0))
                    .body("reasoning_tokens", comparesEqualTo(40))
                    .body("input_cost", comparesEqualTo(new BigDecimal("0.002")))
                    .body("output_cost", comparesEqualTo(new BigDecimal("0.001")))
                    .body("total_cost", comparesEqualTo(new BigDecimal("0.003")))
                    .body("response_time_ms", comparesEqualTo(250))
                    .body("success", equalTo(false))
                    .body("error_message", equalTo("too late"))
                    .body("cache_hit", equalTo(false))
                    .body("tags.team", equalTo("a"))
                    .body("tags.share", comparesEqualTo(new BigDecimal("0.5")))
                    .body("tags.new", equalTo(true))
                    .body("flags", empty())
                    .body("reverses", nullValue())
                    .body("reversal_reason", nullValue());
        }

        @Test
        void hasNullsForWhatNobodySaid() {
            record(acme, "bare", ",\"endpoint\":\"ask\",\"model\":\"in-house\"");

            Response answer = acme.get(CALLS);

            for (String member : List.of(
                    "user_id",
                    "username",
                    "provider",
                    "call_type",
                    "scope",
                    "session_id",
                    "problem_id",
                    "grade_level")) {
                answer.then().body("data.calls[0]", org.hamcrest.Matchers.hasKey(member));
                answer.then().body("data.calls[0]." + member, nullValue());
            }
            for (String member :
                    List.of("git_branch", "input_cost", "output_cost", "total_cost", "response_time_ms", "tags")) {
                answer.then().body("data.calls[0]." + member, nullValue());
            }
        }

        @Test
        void thatWasUndoneIsShownWithWhatUndidIt() {
            String id = record("e", ",\"response_time_ms\":250");
            reverse(id);

            acme.get(CALLS + "?minResponseTimeMs=250")
                    .then()
                    .body("data.calls.reverses", contains(equalTo(id), nullValue()))
                    .body("data.calls[0].calls", comparesEqualTo(-1))
                    .body("data.calls[0].total_tokens", comparesEqualTo(-1100))
                    .body("data.calls[0].reversal_reason", equalTo("a test"));
        }
    }

    @Nested
    class Filters {

        @Test
        void findWhatFitsAloneAndTogether() {
            record(acme, "full", """
                    ,"user_id":1,"endpoint":"ask","model":"gpt-4o","provider":"openai","call_type":"chat","scope":"maths",
                    "session_id":"s/1","git_branch":"feature/x","source":"web","success":false,"response_time_ms":250,
                    "tags":{"team":"a:b \\"c\\" %_'","number":7,"flag":true,"k'; --":"x"}""");
            record(acme, "other", """
                    ,"user_id":"2","endpoint":"ask","model":"gpt-4o-mini","provider":"openai","call_type":"chat",
                    "scope":"art","response_time_ms":100,"tags":{"team":""}""");
            record(acme, "bare", ",\"endpoint\":\"tell\",\"model\":\"in-house\"");
            var softly = new SoftAssertions();

            expect(softly, "bare other full");
            expect(softly, "full", "userId", "1");
            expect(softly, "other", "userId", "2");
            expect(softly, "bare", "userId", "");
            expect(softly, "", "userId", "nobody");
            expect(softly, "other full", "endpoint", "ask");
            expect(softly, "", "endpoint", "ASK");
            expect(softly, "bare", "model", "in-house");
            expect(softly, "other full", "provider", "openai");
            expect(softly, "bare", "provider", "");
            expect(softly, "other full", "callType", "chat");
            expect(softly, "bare", "callType", "");
            expect(softly, "full", "scope", "maths");
            expect(softly, "bare", "scope", "");
            expect(softly, "full", "sessionId", "s/1");
            expect(softly, "bare other", "sessionId", "");
            expect(softly, "full", "gitBranch", "feature/x");
            expect(softly, "bare other", "gitBranch", "");
            expect(softly, "full", "source", "web");
            expect(softly, "bare other", "source", "api");
            expect(softly, "bare other", "success", "true");
            expect(softly, "full", "success", "false");
            expect(softly, "full", "tag", "team:a:b \"c\" %_'");
            expect(softly, "", "tag", "team:a%");
            expect(softly, "full", "tag", "number:7");
            expect(softly, "full", "tag", "flag:true");
            expect(softly, "full", "tag", "k'; --:x");
            expect(softly, "bare other", "tag", "team:");
            expect(softly, "full", "tag", "number:7", "tag", "flag:true");
            expect(softly, "", "tag", "number:7", "tag", "flag:false");
            expect(softly, "full", "minResponseTimeMs", "250");
            expect(softly, "other full", "minResponseTimeMs", "100");
            expect(softly, "", "minResponseTimeMs", "251");
            expect(softly, "other", "endpoint", "ask", "scope", "art", "userId", "2", "success", "true");
            expect(softly, "", "userId", "1", "scope", "art");
            expect(softly, "full", "sessionId", "s/1", "days", "1", "tag", "number:7", "minResponseTimeMs", "1");
            expect(softly, "", "scope", "' or true --");
            softly.assertAll();
        }

        /** @param eventIds newest first */
        private void expect(SoftAssertions softly, String eventIds, String... query) {
            RequestSpecification asked = acme.admin();
            for (int name = 0; name < query.length; name += 2) {
                asked.queryParam(query[name], query[name + 1]);
            }
            softly.assertThat(String.join(" ", found(asked)))
                    .as(String.join(" ", query))
                    .isEqualTo(eventIds);
        }

        @Test
        void takeDaysOfTheTenantsZoneAcrossTheChangeToDaylightTime() {
            Organisation newYork = Organisation.freshIn("America/New_York");
            clock.set("2026-03-09T03:59:59.999999Z"); // still the 8th, which had 23 hours
            List.of(
                            "2026-03-08T04:59:59.999999Z",
                            "2026-03-08T05:00:00Z",
                            "2026-03-09T03:59:59Z",
                            "2026-03-09T04:00:00Z")
                    .forEach(instant -> record(
                            newYork,
                            instant,
                            ",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"occurred_at\":\"" + instant + "\""));

            assertThat(found(newYork.admin().queryParam("days", 1)))
                    .containsExactly("2026-03-09T03:59:59Z", "2026-03-08T05:00:00Z");
            assertThat(found(newYork.admin()
                            .queryParam("startDate", "2026-03-08")
                            .queryParam("endDate", "2026-03-08")))
                    .containsExactly("2026-03-09T03:59:59Z", "2026-03-08T05:00:00Z");
            assertThat(found(newYork.admin()
                            .queryParam("startDate", "2026-03-09")
                            .queryParam("endDate", "2026-03-09")))
                    .containsExactly("2026-03-09T04:00:00Z");
        }
    }

    @Nested
    class Pages {

        @ParameterizedTest
        @ValueSource(strings = {"DESC", "asc"})
        void neitherSkipNorRepeatWhileCallsArrive(String order) {
            var before = new ArrayList<String>();
            for (String day : List.of("2026-05-29", "2026-05-31", "2026-05-30")) {
                for (int call = 0; call < 3; call++) {
                    before.add(at("before-" + day + call, day + "T1" + call + ":00:00Z"));
                }
            }

            var seen = new ArrayList<String>();
            String cursor = null;
            do {
                RequestSpecification asked = acme.admin().queryParam("limit", 2).queryParam("order", order);
                Response page = (cursor == null ? asked : asked.queryParam("cursor", cursor)).get(CALLS);
                seen.addAll(page.path("data.calls.id"));
                cursor = page.path("data.next");
                if (seen.size() <= 6) {
                    List.of("2026-05-29", "2026-05-30", "2026-05-31")
                            .forEach(day -> at("meanwhile-" + day + seen.size(), day + "T10:00:00Z"));
                }
            } while (cursor != null && seen.size() < 100);

            assertThat(seen).doesNotHaveDuplicates().containsAll(before).hasSizeLessThan(100);
        }

        @Test
        void sayWhenTheyEnd() {
            at("a", "2026-05-29T10:00:00Z");
            at("b", "2026-05-29T09:00:00Z");

            acme.get(CALLS + "?limit=2")
                    .then()
                    .body("data.calls.event_id", contains("b", "a"))
                    .body("data.next", nullValue());
            acme.get(CALLS + "?limit=2&order=ASC").then().body("data.calls.event_id", contains("a", "b"));
        }

        @Test
        void sayFromWhichDayOnCallsAreKept() throws Exception {
            at("gone", "2023-11-30T12:00:00Z");
            at("kept", "2023-12-01T12:00:00Z");
            try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id())) {
                Sql.texts(connection, "select seal_usage_month('2023-11-01')");
            }

            acme.get(CALLS + "?startDate=2023-11-01&endDate=2023-12-31")
                    .then()
                    .body("data.calls.event_id", contains("kept"))
                    .body("data.beyond_retention", equalTo("2023-12-01"));
            acme.get(CALLS + "/slow?startDate=2023-11-01&endDate=2023-12-31")
                    .then()
                    .body("data.beyond_retention", equalTo("2023-12-01"));
            acme.get(CALLS + "/failed?startDate=2023-11-01&endDate=2023-12-31")
                    .then()
                    .body("data.beyond_retention", equalTo("2023-12-01"));
            acme.get(CALLS + "?startDate=2023-12-01&endDate=2023-12-31")
                    .then()
                    .body("data.beyond_retention", nullValue());
        }
    }

    @Nested
    class Slow {

        @Test
        void beginWithTheSlowestAndLeaveOutWhatWasUndone() {
            record("fast", ",\"response_time_ms\":10");
            record("slow", ",\"response_time_ms\":900,\"occurred_at\":\"2026-05-25T00:00:00Z\"");
            record("slowest", ",\"response_time_ms\":1000");
            record("untimed", "");
            record("old", ",\"response_time_ms\":5000,\"occurred_at\":\"2026-05-24T23:59:59Z\"");
            reverse(record("undone", ",\"response_time_ms\":9000"));

            acme.get(CALLS + "/slow")
                    .then()
                    .statusCode(200)
                    .body("data.source", equalTo("rows"))
                    .body("data.start_date", equalTo("2026-05-25"))
                    .body("data.calls.event_id", contains("slowest", "slow", "fast"));
            acme.get(CALLS + "/slow?days=92&limit=1").then().body("data.calls.event_id", contains("old"));
            acme.get(CALLS + "/slow?endpoint=tell").then().body("data.calls", empty());
        }
    }

    @Nested
    class Failed {

        @Test
        void areCountedByReasonMostFrequentFirst() {
            record("good", "");
            record("f1", ",\"success\":false,\"error_message\":\"busy\",\"occurred_at\":\"2026-05-30T10:00:00Z\"");
            record("f2", ",\"success\":false,\"error_message\":\"busy\",\"occurred_at\":\"2026-05-31T10:00:00Z\"");
            record("f3", ",\"success\":false");
            record(
                    acme,
                    "f4",
                    ",\"endpoint\":\"tell\",\"model\":\"in-house\",\"success\":false,\"error_message\":\"no\"");
            reverse(record(
                    "f5", ",\"success\":false,\"error_message\":\"busy\",\"occurred_at\":\"2026-05-10T00:00:00Z\""));
            reverse(record("f6", ",\"success\":false,\"error_message\":\"undone\""));
            reverse(record("good, undone", ""));

            acme.get(CALLS + "/failed")
                    .then()
                    .statusCode(200)
                    .body("data.source", equalTo("rows"))
                    .body("data.calls", comparesEqualTo(5))
                    .body("data.failed_calls", comparesEqualTo(4))
                    .body("data.share", comparesEqualTo(new BigDecimal("0.8")))
                    .body("data.reasons.error_message", contains("busy", null, "no"))
                    .body("data.reasons.endpoint", contains("ask", "ask", "tell"))
                    .body("data.reasons.model", contains("gpt-4o", "gpt-4o", "in-house"))
                    .body("data.reasons.total_cost[0]", comparesEqualTo(new BigDecimal("0.007")))
                    .body("data.reasons.total_cost[1]", comparesEqualTo(new BigDecimal("0.0035")))
                    .body("data.reasons.total_cost[2]", nullValue())
                    .body("data.reasons.calls[0]", comparesEqualTo(2))
                    .body("data.reasons.share[0]", comparesEqualTo(new BigDecimal("0.4")))
                    .body("data.reasons[0].first_at", equalTo("2026-05-30T10:00:00Z"))
                    .body("data.reasons[0].last_at", equalTo("2026-05-31T10:00:00Z"));
            acme.get(CALLS + "/failed?limit=1").then().body("data.reasons.error_message", contains("busy"));
            acme.get(CALLS + "/failed?endpoint=tell&success=false")
                    .then()
                    .body("data.calls", comparesEqualTo(1))
                    .body("data.share", comparesEqualTo(1));
        }

        @Test
        void areNoShareOfNothing() {
            acme.get(CALLS + "/failed")
                    .then()
                    .statusCode(200)
                    .body("data.calls", comparesEqualTo(0))
                    .body("data.share", nullValue())
                    .body("data.reasons", empty());
        }
    }

    @Nested
    class Members {

        @Test
        void seeTheirOwnCallsOnly() {
            record("ann's", ",\"user_id\":\"ann\",\"success\":false,\"response_time_ms\":1");
            record("bob's", ",\"user_id\":\"bob\",\"success\":false,\"response_time_ms\":1");
            record("nobody's", ",\"success\":false,\"response_time_ms\":1");

            assertThat(found(acme.member("ann"))).containsExactly("ann's");
            assertThat(found(acme.member("ann").queryParam("userId", "ann"))).containsExactly("ann's");
            acme.member("ann").get(CALLS + "/slow").then().body("data.calls.event_id", contains("ann's"));
            acme.member("ann").get(CALLS + "/failed").then().body("data.calls", comparesEqualTo(1));
        }

        @ParameterizedTest
        @ValueSource(strings = {"?userId=bob", "?userId=nobody", "?userId=", "/slow?userId=bob", "/failed?userId=bob"})
        void getTheSame404ForEverybodyElse(String asked) {
            record("bob's", ",\"user_id\":\"bob\"");

            Response answer = acme.member("ann").get(CALLS + asked);

            answer.then().statusCode(404);
            assertThat(answer.asString())
                    .isEqualTo(acme.member("ann").get("/api/usage/user/bob").asString());
        }
    }

    @Nested
    class Refusals {

        @Test
        void nameEverythingThatIsWrongAtOnce() {
            acme.get(CALLS + "?startDate=2026-05-31T00:00:00Z&endDate=soon&userId= &success=no&tag=x"
                            + "&minResponseTimeMs=-1&order=up&limit=0&cursor=x")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid_input"))
                    .body(
                            "errors.field",
                            containsInAnyOrder(
                                    "startDate",
                                    "endDate",
                                    "userId",
                                    "success",
                                    "tag",
                                    "minResponseTimeMs",
                                    "order",
                                    "limit",
                                    "cursor"));
        }

        @ParameterizedTest
        @CsvSource({
            "?days=93, days",
            "?startDate=2026-01-01&endDate=2026-04-03, startDate",
            "/slow?days=93, days",
            "/slow?limit=1001, limit",
            "/failed?days=93, days",
            "/failed?success=true, success",
            "?endpoint=, endpoint",
            "?tag=, tag",
            "?success=, success",
            "?days=1&endDate=2026-05-31, days"
        })
        void nameWhatIsOutOfBounds(String asked, String field) {
            acme.get(CALLS + asked).then().statusCode(400).body("errors.field", contains(field));
        }

        @Test
        void nameBothEndsOfARangeThatEndsBeforeItStarts() {
            acme.get(CALLS + "?startDate=2026-05-02&endDate=2026-05-01")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("startDate", "endDate"));
        }

        /** Not 503: the same request would take too long again. */
        @Test
        void tellToNarrowWhatTakesTooLong() {
            assertThatThrownBy(() -> rows.read(new TenantId(acme.id()), transaction -> {
                        transaction.execute("set local statement_timeout = '1ms'");
                        return transaction.execute("select pg_sleep(60)");
                    }))
                    .isInstanceOfSatisfying(TooMuchToRead.class, refusal -> {
                        assertThat(refusal.code()).isEqualTo("too_much_to_read");
                        assertThat(refusal.kind().status()).isEqualTo(422);
                    });
        }
    }
}
