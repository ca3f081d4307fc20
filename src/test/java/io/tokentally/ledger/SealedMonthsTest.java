package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.response.Response;
import io.tokentally.shared.SqlFailures;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a sealed month keeps, and what it refuses. A seal is for every tenant of the suite's database and is never broken:
 * each test seals a month of 2022 or 2023, which nobody else writes into.
 */
@ApiTest
class SealedMonthsTest {

    /** Of the bound tenant, with none of its sums. */
    private static final String A_ROW = """
            insert into user_api_usage (tenant_id, usage_day, id, source, endpoint, model, calls, prompt_tokens,
                completion_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens,
                success, cache_hit, occurred_at, recorded_at)
            values (tokentally_tenant(), '%s', gen_random_uuid(), 'api', 'e', 'm', 1, 1, 1, 0, 0, 0, 0, true, false,
                now(), now())""";

    private final Organisation acme = Organisation.fresh();

    @Inject
    Retention retention;

    @Inject
    Partitions partitions;

    private static String event(String id, String day) {
        return event(id, day, "gpt-4o");
    }

    private static String event(String id, String day, String model) {
        return "{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"" + model
                + "\",\"prompt_tokens\":1000,\"completion_tokens\":10,\"event_id\":\"" + id + "\",\"occurred_at\":\""
                + day
                + "T10:00:00Z\"}";
    }

    private void seal(String month) {
        retention.sealNow(YearMonth.parse(month));
    }

    @Nested
    class Keep {

        @Test
        void controlTotalsOfEachTenant() throws SQLException {
            acme.record(event("a", "2022-01-01", "gpt-4o"));
            acme.record(event("b", "2022-01-31", "in-house"));
            acme.record(event("c", "2022-02-01"));
            Organisation other = Organisation.fresh();
            other.record(event("a", "2022-01-15"));

            seal("2022-01");

            assertThat(controlTotals(acme)).containsExactly("(2022-01-01,2,2,2000,20,0.0025,0.0001,1)");
            assertThat(controlTotals(other)).containsExactly("(2022-01-01,1,1,1000,10,0.0025,0.0001,0)");
            assertThat(texts(owner(), "select to_regclass('user_api_usage_2022_01')"))
                    .containsExactly((String) null);
        }

        @Test
        void everyReportAsItWas() {
            acme.putUser("1", "{\"username\": \"ann\"}");
            acme.record(event("a", "2022-03-01"));
            acme.record(event("b", "2026-03-01"));
            List<String> before = reports();

            seal("2022-03");

            assertThat(reports()).isEqualTo(before);
        }

        private List<String> reports() {
            return Stream.of("stats", "summary", "user/1", "endpoint", "daily?days=7", "export/summary")
                    .map(report -> acme.get("/api/usage/" + report).asString())
                    .toList();
        }

        /** Truth 2: counted once, for ever. */
        @Test
        void theFirstAnswerToAnEventThatIsKnown() {
            Response first = acme.record(event("a", "2022-04-10"));

            seal("2022-04");

            acme.tryToRecord(event("a", "2022-04-10"))
                    .then()
                    .statusCode(200)
                    .body("data.id", equalTo(first.path("data.id")))
                    .body("data.total_cost", equalTo(first.path("data.total_cost")));
            acme.tryToRecord(event("a", "2022-04-11")).then().statusCode(409).body("code", equalTo("event_conflict"));
        }

        private List<String> controlTotals(Organisation tenant) throws SQLException {
            return texts(
                    app(tenant),
                    "select (month, events, calls, prompt_tokens, completion_tokens, trim_scale(input_cost),"
                            + " trim_scale(output_cost), unpriced_calls)::text from sealed_month");
        }
    }

    @Nested
    class Refuse {

        @Test
        void aNewEventOfAnyTenant() {
            seal("2022-05");

            acme.tryToRecord(event("a", "2022-05-31"))
                    .then()
                    .statusCode(409)
                    .contentType(startsWith("application/problem+json"))
                    .body("code", equalTo("beyond_retention"))
                    .body("detail", containsString("before 2022-06-01"));
            acme.record(event("a", "2022-06-01"));
        }

        @Test
        void theEventsOfAnArrayThatAreTheirsAndNoOthers() {
            acme.record(event("known", "2022-07-01"));
            seal("2022-07");

            acme.tryToRecord("[" + event("a", "2022-07-01") + "," + event("b", "2022-08-01") + ","
                            + event("known", "2022-07-01") + "," + event("a", "2022-08-02") + "]")
                    .then()
                    .statusCode(200)
                    .body("data.results.status", contains("rejected", "recorded", "duplicate", "recorded"))
                    .body("data.results[0].errors.field", contains("occurred_at"))
                    .body("data.rejected", equalTo(1));
        }

        @Test
        void noReversalThatWasMadeBefore() {
            String id = acme.record(event("undone", "2021-11-01")).path("data.id");
            String reversal = reverse(id).path("data.id");
            seal("2021-11");

            reverse(id).then().statusCode(200).body("data.id", equalTo(reversal));
        }

        private Response reverse(String id) {
            return acme.admin().body("{\"reason\":\"a test\"}").post("/api/usage/events/" + id + "/reversal");
        }

        /** By the tenant's day, not by the instant. */
        @Test
        void byTheTenantsOwnCalendar() {
            Organisation tokyo = Organisation.freshIn("Asia/Tokyo");
            seal("2023-07");

            tokyo.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,"
                    + "\"occurred_at\":\"2023-07-31T15:00:00Z\"}");
            tokyo.tryToRecord("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,"
                            + "\"occurred_at\":\"2023-07-31T14:59:59.999999Z\"}")
                    .then()
                    .statusCode(409);
        }

        /** Another replica sealed it: this one has the month for open, and PostgreSQL has no place for the row. */
        @Test
        void alsoWhenTheServiceDoesNotKnowYet() throws SQLException {
            acme.record(event("known", "2022-10-01"));
            texts(app(acme), "select seal_usage_month('2022-10-01')");

            acme.tryToRecord("[" + event("a", "2022-10-02") + "," + event("b", "2026-03-01") + ","
                            + event("known", "2022-10-01") + "]")
                    .then()
                    .statusCode(200)
                    .body("data.results.status", contains("rejected", "recorded", "duplicate"));
            assertThat(texts(owner(), "select to_regclass('user_api_usage_2022_10')"))
                    .containsExactly((String) null);
        }
    }

    @Nested
    class AnExport {

        @Test
        void saysFromWhichDayItIsWhole() {
            acme.record(event("a", "2022-11-30"));
            acme.record(event("b", "2022-12-01"));
            seal("2022-11");

            acme.get("/api/usage/export?startDate=2022-11-30&endDate=2022-12-31")
                    .then()
                    .statusCode(200)
                    .header("X-Beyond-Retention", "2022-12-01")
                    .header("X-Total-Count", "1");
            acme.get("/api/usage/export?startDate=2022-12-01&endDate=2022-12-31")
                    .then()
                    .statusCode(200)
                    .header("X-Beyond-Retention", nullValue());
        }
    }

    @Nested
    class AreSealed {

        /** Truth 2 and 3 in the moment between: what was answered 201 is in the totals, everything else was refused. */
        @Test
        void whileManyWrite() throws Exception {
            acme.record(event("first", "2023-01-01"));
            var underWay = new CountDownLatch(20);
            var writers = IntStream.range(0, 8)
                    .mapToObj(writer -> (Callable<List<Integer>>) () -> IntStream.range(0, 10)
                            .map(i -> {
                                underWay.countDown();
                                return acme.tryToRecord(event(writer + "-" + i, "2023-01-15"))
                                        .statusCode();
                            })
                            .boxed()
                            .toList())
                    .toList();
            var statuses = new ArrayList<Integer>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var sealing = threads.submit(() -> {
                    underWay.await();
                    sealPatiently("2023-01");
                    return true;
                });
                for (var result : threads.invokeAll(writers)) {
                    statuses.addAll(result.get());
                }
                assertThat(sealing.get()).isTrue();
            }

            long recorded =
                    1 + statuses.stream().filter(status -> status == 201).count();
            assertThat(statuses).hasSize(8 * 10).contains(201).isSubsetOf(201, 409);
            assertThat(texts(app(acme), "select events from sealed_month")).containsExactly(Long.toString(recorded));
            assertThat(texts(app(acme), "select events from tenant_balance where month = '2023-01-01'"))
                    .containsExactly(Long.toString(recorded));
            assertThat(texts(app(acme), "select count(*) from event_key")).containsExactly(Long.toString(recorded));
        }

        private void sealPatiently(String month) {
            while (true) {
                try {
                    seal(month);
                    return;
                } catch (RuntimeException failure) {
                    assertThat(stateOf(failure)).isEqualTo("55P03");
                }
            }
        }

        /** A writer that is not done yet is waited for, briefly; then the seal gives way. */
        @Test
        void notBeforeTheLastWriterIsDone() throws SQLException {
            acme.record(event("a", "2023-02-01"));
            try (Connection writer = app(acme)) {
                writer.setAutoCommit(false);
                execute(writer, A_ROW.formatted("2023-02-01"));

                assertThatThrownBy(() -> seal("2023-02"))
                        .satisfies(failure -> assertThat(stateOf(failure)).isEqualTo("55P03"));
                writer.rollback();
            }
            seal("2023-02");

            assertThat(texts(app(acme), "select events from sealed_month")).containsExactly("1");
        }

        @Test
        void onlyWhenTheirRowsAreWhatTheBalanceSays() throws SQLException {
            acme.record(event("a", "2023-03-01"));
            execute(app(acme), "update tenant_balance set used_cost = used_cost + 0.000001");

            assertThatThrownBy(() -> seal("2023-03"))
                    .satisfies(failure -> assertThat(stateOf(failure)).isEqualTo("23000"));

            acme.record(event("b", "2023-03-01"));
            acme.get("/api/usage/export?limit=all").then().header("X-Total-Count", "2");
        }

        @Test
        void once() throws SQLException {
            acme.record(event("a", "2023-04-01"));
            seal("2023-04");
            List<String> sealed = texts(app(acme), "select s::text from sealed_month s");

            seal("2023-04");

            assertThat(texts(app(acme), "select s::text from sealed_month s")).isEqualTo(sealed);
        }

        @Test
        void alsoWithoutAPartitionAndAreNotMadeAfterwards() throws SQLException {
            seal("2023-05");

            partitions.ensureFor(List.of(Instant.parse("2023-05-15T00:00:00Z")));

            assertThat(texts(owner(), "select to_regclass('user_api_usage_2023_05')"))
                    .containsExactly((String) null);
        }

        @ParameterizedTest
        @ValueSource(strings = {"current_date", "current_date + 40"})
        void onlyWhenTheyHaveEnded(String day) {
            assertThatThrownBy(() -> texts(app(acme), "select seal_usage_month(" + day + ")"))
                    .satisfies(failure -> assertThat(stateOf(failure)).isEqualTo("22023"));
        }

        /** Rolled back: other tests write into the partition that all days before 2020 share. */
        @Test
        void asOneWhenTheyLieBefore2020() throws SQLException {
            acme.record(event("a", "1999-03-01"));
            acme.record(event("b", "2019-12-31"));
            try (Connection owner = owner()) {
                owner.setAutoCommit(false);
                texts(owner, "select seal_usage_month('2001-01-01')");
                texts(owner, "select set_config('tokentally.tenant', '" + acme.id() + "', true)");

                assertThat(texts(owner, "select month || ': ' || events from sealed_month order by month"))
                        .containsExactly("1999-03-01: 1", "2019-12-01: 1");
                assertThat(
                                texts(
                                        owner,
                                        "select sealed_from || ' ' || sealed_until from sealed_usage() order by sealed_from limit 1"))
                        .containsExactly("-infinity 2020-01-01");
                assertThat(texts(owner, "select count(*) from user_api_usage")).containsExactly("0");
                assertThatThrownBy(() -> execute(owner, A_ROW.formatted("1999-01-01")))
                        .matches(Seals::hasNoPlaceForARow);
                owner.rollback();
            }
        }

        /** Rolled back too. */
        @Test
        void onlyWhenEveryRowIsOfATenant() throws SQLException {
            acme.record(event("a", "2023-06-01"));
            try (Connection owner = owner()) {
                owner.setAutoCommit(false);
                texts(owner, "select set_config('tokentally.tenant', 'nobody', true)");
                execute(owner, A_ROW.formatted("2023-06-01"));

                assertThatThrownBy(() -> texts(owner, "select seal_usage_month('2023-06-01')"))
                        .hasMessageContaining("nobody, which is no tenant");
                owner.rollback();
            }
        }
    }

    @Nested
    class Partition {

        @Test
        void ofThisMonthAndTheNextTwoAreThereAhead() throws SQLException {
            partitions.ensureAheadOf(Instant.parse("2027-11-30T12:00:00Z"));

            assertThat(texts(owner(), """
                    select relname from pg_class where relispartition and relkind = 'r' and relname > 'user_api_usage_2027_1'
                    and relname < 'user_api_usage_2029' order by 1"""))
                    .contains(
                            "user_api_usage_2027_11",
                            "user_api_usage_2027_12",
                            "user_api_usage_2028_01",
                            "user_api_usage_2028_02");
        }

        @Test
        void areThereFromTheStart() throws SQLException {
            assertThat(texts(owner(), """
                    select to_regclass('user_api_usage_' || to_char(now() + ahead * interval '1 month', 'YYYY_MM'))
                    from generate_series(0, 2) ahead""")).hasSize(3).doesNotContainNull();
        }
    }

    private static Connection app(Organisation tenant) throws SQLException {
        return PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + tenant.id());
    }

    private static Connection owner() throws SQLException {
        return PostgresForTests.server().connectAsOwner();
    }

    private static String stateOf(Throwable failure) {
        return SqlFailures.find(failure, any -> true).orElseThrow().getSQLState();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        var texts = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
