package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.ledger.FreeFields.Cleared;
import io.tokentally.ledger.FreeFields.Place;
import io.tokentally.quota.Person;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.EveryTable;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Truth;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Erasing a person takes away who it was and nothing of what was used. */
@ApiTest
class ErasureTest {

    private static final String ANN = "ann-5e1d";
    private static final int CALLERS = 6;
    private static final int STEPS = 10;
    private static final int ERASURES = 4;

    private final Organisation acme = Organisation.fresh();

    @Inject
    Erasure erasure;

    @Inject
    Ledger ledger;

    @Inject
    Lanes lanes;

    @Inject
    Retention retention;

    @Inject
    SelfCheck selfCheck;

    @Inject
    TenantTransactions transactions;

    private static String event(String user, String more) {
        return "{\"user_id\":\"" + user + "\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1000,"
                + "\"completion_tokens\":10" + more + "}";
    }

    private static String at(String instant) {
        return ",\"occurred_at\":\"" + instant + "\"";
    }

    private static String session(String id) {
        return ",\"session_id\":\"" + id + "\"";
    }

    /** Her id in every field that takes it. */
    private static String annsEvent(int number) {
        return event(
                ANN,
                (",\"event_id\":\"ANN-%d\",\"session_id\":\"ANN-session\",\"problem_id\":\"ANN\",\"grade_level\":\"ANN\","
                                + "\"git_branch\":\"feature/Ann-5E1D\",\"error_message\":\"no ANN\",\"tags\":{\"ANN\":\"ANN\"}")
                        .replace("ANN", ANN)
                        .formatted(number));
    }

    private Response erase(String user) {
        Response answer = acme.admin().delete("/api/users/" + user);
        answer.then().statusCode(200);
        return answer;
    }

    private void recordAnn() {
        acme.putUser(
                ANN,
                "{\"username\":\"" + ANN + "\",\"email\":\"" + ANN
                        + "@example.com\",\"tier\":\"pro\",\"limits\":{\"maxMonthlyCalls\":50}}");
        IntStream.range(0, 3).forEach(number -> acme.record(annsEvent(number)));
        acme.record(event("bob", session("shared")));
        acme.record(event(ANN, session("shared")));
        acme.record(event(ANN, ",\"git_branch\":\"main\""));
    }

    private List<String> reports() {
        return List.of(
                acme.get("/api/usage/stats").asString(),
                acme.get("/api/usage/endpoint").asString(),
                acme.get("/api/usage/daily").asString());
    }

    private void assertOneTruth() throws SQLException {
        assertThat(Truth.differences(acme)).isEmpty();
        assertThat(selfCheck.of(acme.id()).differences()).isEmpty();
    }

    @Nested
    class Leaves {

        @Test
        void nothingOfThePersonInAnyTable() throws SQLException {
            recordAnn();
            assertThat(EveryTable.linesWith(acme, ANN)).isNotEmpty();

            erase(ANN)
                    .then()
                    .body("data.erased", equalTo(true))
                    .body("data.events_cleared", equalTo(4))
                    .body("data.sessions_changed", equalTo(2))
                    .body("data.keys_revoked", equalTo(0));

            assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
            assertThat(EveryTable.linesWith(acme, "Ann-5E1D")).isEmpty();
        }

        @Test
        void everyFigure() throws SQLException {
            recordAnn();
            List<String> before = reports();

            erase(ANN);

            assertThat(reports()).isEqualTo(before);
            assertOneTruth();
        }

        /** A branch is of the code; what a commit cost stays known. */
        @Test
        void branchesThatAreNotNamedAfterThePerson() throws SQLException {
            recordAnn();

            erase(ANN);

            assertThat(texts("select git_branch from user_api_usage where git_branch is not null"))
                    .containsExactly("main");
        }

        @Test
        void theSessionsOfOthersAsIfThePersonHadNotBeenThere() throws SQLException {
            acme.record(event(ANN, session("s") + at("2026-03-01T10:00:00Z")));
            acme.record(event("bob", session("s") + at("2026-03-02T10:00:00Z")));
            acme.record(event(ANN, session("s") + at("2026-03-02T11:00:00Z")));
            acme.record(event("bob", session("s") + at("2026-03-03T10:00:00Z")));
            acme.record(event(ANN, session("s") + at("2026-03-04T10:00:00Z")));

            erase(ANN);

            assertThat(
                            texts(
                                    "select concat_ws(' ', session_id, events, calls, prompt_tokens, first_at at time zone 'UTC', last_at at time zone 'UTC') from rollup_session where grain = 'ever'"))
                    .containsExactly("s 2 2 2000 2026-03-02 10:00:00 2026-03-03 10:00:00");
            assertOneTruth();
        }

        @Test
        void aSharedSessionWithoutWhatWasReversed() throws SQLException {
            acme.record(event("bob", session("s")));
            acme.record(event(ANN, session("s")));
            String undone = acme.record(event(ANN, session("s"))).path("data.id");
            acme.admin()
                    .body("{\"reason\":\"" + ANN + " asked\"}")
                    .post("/api/usage/events/" + undone + "/reversal")
                    .then()
                    .statusCode(201);
            List<String> before = reports();

            erase(ANN).then().body("data.events_cleared", equalTo(3)).body("data.sessions_changed", equalTo(1));

            assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
            assertThat(reports()).isEqualTo(before);
            assertOneTruth();
        }

        /** The rows that tell when the session began are gone, so that is kept. */
        @Test
        void whenASessionBeganThatReachesIntoASealedMonth() throws SQLException {
            acme.record(event(ANN, session("s") + at("2021-10-01T10:00:00Z")));
            acme.record(event("bob", session("s") + at("2026-03-01T10:00:00Z")));
            acme.record(event(ANN, session("s") + at("2026-03-02T10:00:00Z")));
            acme.record(event(ANN, session("alone") + at("2026-03-02T10:00:00Z")));
            retention.sealNow(YearMonth.parse("2021-10"));

            erase(ANN);

            assertThat(
                            texts(
                                    "select concat_ws(' ', session_id, events, first_at at time zone 'UTC', last_at at time zone 'UTC') from rollup_session where grain = 'ever'"))
                    .containsExactly("s 2 2021-10-01 10:00:00 2026-03-01 10:00:00");
            assertThat(selfCheck.of(acme.id()).differences()).isEmpty();
        }

        @Test
        void aLineForEachWhoIsNobodyNow() {
            acme.record(event("zoe", ""));
            acme.record(event(ANN, ""));
            acme.record(event("bob", ""));

            erase("zoe");
            erase(ANN);

            acme.get("/api/usage/summary?sortBy=user_id&order=ASC")
                    .then()
                    .body("data.total", equalTo(3))
                    .body("data.users", hasSize(3))
                    .body("data.users[0].user_id", equalTo("bob"))
                    .body("data.users[1].user_id", nullValue())
                    .body("data.users[1].total_calls", equalTo(1))
                    .body("data.users[2].user_id", nullValue());
            assertThat(acme.get("/api/usage/export/summary")
                            .asString()
                            .lines()
                            .filter(line -> line.startsWith(",,,1,")))
                    .hasSize(2);
            assertThat(acme.get("/api/usage/export").asString().lines().filter(line -> line.contains(",,,,e,gpt-4o,")))
                    .hasSize(2);
        }

        @Test
        void nobodyToAskAbout() {
            recordAnn();

            erase(ANN);

            acme.get("/api/usage/user/" + ANN).then().statusCode(404);
            acme.get("/api/users/" + ANN).then().statusCode(404);
            acme.get("/api/users/" + ANN + "/export").then().statusCode(404);
        }

        @Test
        void theirApiKeysWithoutForceAndName() throws SQLException {
            recordAnn();
            String key = acme.admin()
                    .body("{\"name\":\"laptop of ANN\",\"roles\":[\"member\"],\"user_id\":\"ANN\"}".replace("ANN", ANN))
                    .post("/api/keys")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("data.key");

            erase(ANN).then().body("data.keys_revoked", equalTo(1));

            assertThat(texts("select name from api_key where revoked_at is not null"))
                    .containsExactly("erased");
            Organisation.anonymous()
                    .auth()
                    .oauth2(key)
                    .get("/api/usage/me")
                    .then()
                    .statusCode(401);
        }

        @Test
        void anEntryOfTheAuditLogThatNamesNobody() throws SQLException {
            recordAnn();

            erase(ANN);

            assertThat(texts(
                            "select a.details ->> 'events_cleared' from audit_log a join app_user u on u.user_key = a.subject_key"
                                    + " where a.action = 'user.erased' and u.erased_at is not null"))
                    .containsExactly("4");
        }
    }

    @Nested
    class Again {

        @Test
        void doesNothing() throws SQLException {
            recordAnn();
            erase(ANN);

            erase(ANN)
                    .then()
                    .body("data.erased", equalTo(false))
                    .body("data.events_cleared", equalTo(0))
                    .body("data.sessions_changed", equalTo(0))
                    .body("data.keys_revoked", equalTo(0));
            assertThat(texts("select action from audit_log where action = 'user.erased'"))
                    .hasSize(1);
        }

        @Test
        void anIdThatWasNeverSeenLooksTheSame() {
            recordAnn();
            erase(ANN);

            assertThat(erase(ANN).asString()).isEqualTo(erase("nobody").asString());
        }

        @Test
        void theSameIdIsANewPerson() throws SQLException {
            recordAnn();
            erase(ANN);

            acme.record(event(ANN, session("new")));

            acme.get("/api/usage/user/" + ANN).then().body("data.total.total_calls", equalTo(1));
            acme.get("/api/usage/summary").then().body("data.total", equalTo(3));
            assertOneTruth();
        }

        /** Erased in between by somebody else, and made anew: the one who was to be erased is not the one who is there. */
        @Test
        void leavesTheNewPersonAlone() throws SQLException {
            recordAnn();
            Person first = person(ANN);
            erase(ANN);
            acme.record(annsEvent(9));

            assertThat(erasure.clearSome(first, Place.START, 100)).isEqualTo(Cleared.NOTHING);
            assertThat(texts("select event_id from user_api_usage where event_id is not null"))
                    .containsExactly(ANN + "-9");
        }
    }

    /** Whoever makes the erasing person known again by the entry about it has not understood. */
    @Test
    void anAdminMayEraseThemselves() throws SQLException {
        recordAnn();
        acme.as(ANN, "admin").get("/api/users/" + ANN + "/export").then().statusCode(200);

        acme.as(ANN, "admin").delete("/api/users/" + ANN).then().statusCode(200).body("data.erased", equalTo(true));

        assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
    }

    @Nested
    class CutShort {

        @Test
        void leavesOneTruthAfterEveryStepAndIsFinishedByTheNext() throws SQLException {
            recordAnn();
            List<String> before = reports();
            Person ann = person(ANN);
            for (Place after = Place.START; after != null; ) {
                after = erasure.clearSome(ann, after, 1).last();
                assertOneTruth();
            }
            acme.record(annsEvent(7));

            erase(ANN).then().body("data.erased", equalTo(true)).body("data.events_cleared", equalTo(1));

            assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
            assertOneTruth();
            assertThat(reports()).isNotEqualTo(before);
        }
    }

    @Nested
    class WhatWasOnItsWay {

        /** The fact was read before the erasure, the command is written after it. */
        @Test
        void reversesWithoutBringingAnythingBack() throws SQLException {
            UUID id = UUID.fromString(acme.record(annsEvent(1)).path("data.id"));
            Fact before = transactions
                    .read(tenant(), transaction -> UsageRows.find(transaction, tenant(), id))
                    .orElseThrow();
            erase(ANN);

            lanes.write(Work.of(List.of(new Command.Reverse(
                    tenant(), UUID.randomUUID(), Instant.now(), before, "recorded twice", audited -> {}))));

            assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
            assertThat(texts("select reversal_reason from user_api_usage where reverses = '" + id + "'"))
                    .containsExactly("recorded twice");
            assertOneTruth();
        }

        @Test
        void repeatsAnEventWithoutBringingThePersonBack() throws SQLException {
            Response first = acme.record(annsEvent(1));
            erase(ANN);

            acme.tryToRecord(annsEvent(1))
                    .then()
                    .statusCode(200)
                    .body("data.id", equalTo(first.path("data.id")))
                    .body("data.limits.tier", equalTo("free"))
                    .body("data.limits.usage.calls", equalTo(0));
            acme.tryToRecord(annsEvent(1).replace("1000", "1001")).then().statusCode(409);
            acme.tryToRecord("[" + annsEvent(1) + "]").then().statusCode(200);

            assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
        }

        @Test
        void repeatsAReservationWithoutBringingThePersonBack() throws SQLException {
            String id = reserve().then().statusCode(201).extract().path("data.reservation_id");
            erase(ANN);

            reserve().then().body("data.reservation_id", equalTo(id));
            acme.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"reservation_id\":\"" + id
                            + "\"}")
                    .then()
                    .body("data.reservation_status", equalTo("unknown"));

            assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
            assertOneTruth();
        }

        private Response reserve() {
            return acme.service()
                    .header("Idempotency-Key", ANN)
                    .body("{\"user_id\":\"" + ANN
                            + "\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":10,\"max_completion_tokens\":10}")
                    .post("/api/usage/reservations");
        }

        /** What a seal refuses was never there, so nobody comes to be by it. */
        @Test
        void isRefusedWithoutMakingAnybodyKnown() throws SQLException {
            retention.sealNow(YearMonth.parse("2021-12"));

            acme.tryToRecord(event(ANN, at("2021-12-15T10:00:00Z"))).then().statusCode(409);

            assertThat(EveryTable.linesWith(acme, ANN)).isEmpty();
        }
    }

    /** Writers, reversals and erasures of the same people at once: whoever is erased has nothing, and no figure is lost. */
    @Test
    void besideWritersLeavesOneTruth() throws Exception {
        var underWay = new CountDownLatch(20);
        List<Callable<List<Integer>>> callers = IntStream.range(0, CALLERS)
                .mapToObj(caller -> (Callable<List<Integer>>) () -> steps(new Random(caller), underWay))
                .collect(Collectors.toList());
        callers.add(() -> {
            underWay.await();
            return IntStream.range(0, ERASURES)
                    .map(i -> acme.admin().delete("/api/users/u" + i % 2).statusCode())
                    .boxed()
                    .toList();
        });

        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(callers)) {
                statuses.addAll(result.get());
            }
        }

        assertThat(statuses).hasSize(CALLERS * STEPS + ERASURES).isSubsetOf(200, 201);
        assertOneTruth();
        assertThat(texts("""
                        select e.id from user_api_usage e join app_user u on u.user_key = e.user_key
                        where u.erased_at is not null
                          and num_nonnulls(event_id, session_id, error_message) > 0""")).isEmpty();
        assertThat(texts("select session_id from rollup_session where events = 0"))
                .isEmpty();
        assertThat(texts("select sum(events) from tenant_balance"))
                .containsExactly(Long.toString(
                        statuses.stream().filter(status -> status == 201).count()));
    }

    private List<Integer> steps(Random random, CountDownLatch underWay) {
        var statuses = new ArrayList<Integer>();
        String last = null;
        for (int step = 0; step < STEPS; step++) {
            underWay.countDown();
            Response answer = last != null && random.nextInt(4) == 0
                    ? acme.admin().body("{\"reason\":\"a test\"}").post("/api/usage/events/" + last + "/reversal")
                    : acme.tryToRecord(event(
                            "u" + random.nextInt(2),
                            session("s" + random.nextInt(3)) + ",\"error_message\":\"e\",\"event_id\":\""
                                    + UUID.randomUUID() + "\""));
            statuses.add(answer.statusCode());
            last = answer.path("data.reverses") == null ? answer.path("data.id") : null;
        }
        return statuses;
    }

    private TenantId tenant() {
        return new TenantId(acme.id());
    }

    private Person person(String id) {
        return transactions
                .read(tenant(), transaction -> Person.find(transaction, tenant(), new UserId(id)))
                .orElseThrow();
    }

    private Connection app() throws SQLException {
        return PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
    }

    private List<String> texts(String sql) throws SQLException {
        var texts = new ArrayList<String>();
        try (Connection connection = app();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
