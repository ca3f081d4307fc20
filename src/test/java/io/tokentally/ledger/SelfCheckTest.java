package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Truth;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class SelfCheckTest {

    private static final String CHECK = "/api/platform/self-check";
    private static final String REBUILD = "/api/platform/self-check/rebuild";

    private final Organisation acme = Organisation.fresh();

    @Inject
    TenantTransactions transactions;

    @Inject
    Retention retention;

    @Inject
    SelfCheck selfCheck;

    @Inject
    ScheduledSelfCheck scheduled;

    @Nested
    class ACheck {

        @Test
        void isCleanForATenantThatRecords() {
            recordTwoMonths();

            check().body("data.clean", equalTo(true))
                    .body("data.checked.tenants", equalTo(1))
                    .body("data.checked.months", equalTo(2))
                    .body("data.checked.events", equalTo(5))
                    .body("data.total_differences", equalTo(0))
                    .body("data.differences", hasSize(0));
        }

        @Test
        void isCleanForATenantWithoutUsage() {
            acme.putUser("jane", "{\"username\":\"jane\"}");

            check().body("data.clean", equalTo(true)).body("data.checked.months", equalTo(0));
        }

        @Test
        void namesTenantMonthTableKeyColumnAndBothValues() throws SQLException {
            recordTwoMonths();
            acting(
                    "update rollup_tenant set prompt_tokens = prompt_tokens + 1 where grain = 'day' and period = '2026-01-31'");

            assertThat(differences())
                    .contains(Map.of(
                            "tenant", acme.id(),
                            "month", "2026-01",
                            "table", "rollup_tenant",
                            "key", Map.of("grain", "day", "period", "2026-01-31"),
                            "column", "prompt_tokens",
                            "expected", "3000",
                            "found", "3001"));
        }

        @Test
        void namesWhatTheViewsShowWrong() throws SQLException {
            recordTwoMonths();
            acting(
                    "update rollup_tenant set prompt_tokens = prompt_tokens + 1 where grain = 'day' and period = '2026-01-31'");

            assertThat(named()).containsExactly("rollup_tenant.prompt_tokens", "daily_usage_summary.total_tokens");
        }

        /** The sums are right, and still a report would lack this user. */
        @Test
        void noticesAUserWhomTheViewsCannotShow() throws SQLException {
            recordTwoMonths();
            asOwner("delete from app_user where user_id = 'jane@acme'");

            assertThat(named()).contains("user_usage_total.total_calls", "user_usage_summary.rows");
        }

        @Test
        void namesNoUserId() throws SQLException {
            recordTwoMonths();
            acting("update quota_balance set used_calls = used_calls + 1");

            Response answer = operator().get(CHECK + "?tenant=" + acme.id());

            assertThat(answer.asString()).contains("user_key").doesNotContain("jane");
        }

        @Test
        void namesAHundredAndCountsTheRest() throws SQLException {
            record(IntStream.range(0, 120)
                    .mapToObj(i -> event("2026-01-31T10:00:00Z", ",\"session_id\":\"s" + i + "\"")));
            acting("update rollup_session set calls = calls + 1, events = events + 1 where grain = 'ever'");

            check().body("data.total_differences", equalTo(240)).body("data.differences", hasSize(100));
        }

        @Test
        void countsAReversalAndAHoldAsTheLedgerDoes() throws SQLException {
            recordTwoMonths();
            acting(REVERSAL);
            acting(HOLD);
            assertThat(named())
                    .contains(
                            "quota_balance.used_calls",
                            "quota_balance.held_tokens",
                            "tenant_balance.held_cost",
                            "rollup_context.timed_events");

            rebuild();

            assertThat(Truth.differences(acme)).isEmpty();
            check().body("data.clean", equalTo(true));
        }

        /** Without the rows of January there is nothing to prove January by; what spans both is proven by its sums. */
        @Test
        void leavesOutMonthsWhoseRowsAreGone() throws SQLException {
            recordTwoMonths();
            sealJanuary();

            assertThat(checkWithJanuarySealed().differences()).isEmpty();
            check().body("data.clean", equalTo(false));
        }

        @ParameterizedTest
        @ValueSource(strings = {"tenant_balance", "rollup_tenant", "rollup_context"})
        void provesMonthsWhoseRowsAreGoneByTheirControlTotals(String table) throws SQLException {
            recordTwoMonths();
            sealJanuary();
            acting("update " + table + " set events = events + 1");

            assertThat(checkWithJanuarySealed().differences())
                    .extracting(Difference::table, Difference::key)
                    .contains(tuple(table, Map.of("month", "2026-01-01")));
        }

        /** A real seal is for everybody in the suite's database; nobody else writes into this month. */
        @Test
        void isCleanBesideASealedMonthAndARebuildLeavesThatAlone() throws SQLException {
            recordTwoMonths();
            acme.record(event("2023-12-31T10:00:00Z", ",\"user_id\":2,\"session_id\":\"old\""));
            retention.sealNow(YearMonth.of(2023, 12));

            check().body("data.clean", equalTo(true)).body("data.checked.events", equalTo(5));
            rebuild().then().body("data.changed_rows", equalTo(0));
        }

        @Test
        void noticesAFaultAfterMonthsWhoseRowsAreGone() throws SQLException {
            recordTwoMonths();
            sealJanuary();
            acting("update quota_balance set used_calls = used_calls + 1");
            acting("update rollup_user set calls = calls + 1 where grain = 'ever'");

            assertThat(checkWithJanuarySealed().differences())
                    .extracting(Difference::table, Difference::month)
                    .contains(tuple("quota_balance", "2026-02"), tuple("user_usage_total", null))
                    .doesNotContain(tuple("quota_balance", "2026-01"));
        }
    }

    @Nested
    class ARebuild {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                update rollup_context set reasoning_tokens = 7           | rollup_context.reasoning_tokens
                update rollup_context set response_times = '[1:1]={1}'         | rollup_context.response_times
                update rollup_context set git_branch = 'other'           | rollup_context.events
                update rollup_session set last_day = last_day + 1             | rollup_session.last_day
                update rollup_context set input_cost = input_cost + 0.000000001 | rollup_context.input_cost
                update rollup_context set endpoint = 'other'             | rollup_context.calls
                update rollup_session set completion_tokens = 0               | rollup_session.completion_tokens
                update rollup_session set first_at = first_at + interval '1 us' | rollup_session.first_at
                update rollup_session set session_id = 'other'                | rollup_session.events
                update rollup_user set events = events + 1                | rollup_user.events
                update rollup_user set period = '2026-03-05' where grain = 'day' and period = '2026-02-01' | rollup_user.calls
                update rollup_tenant set users = users + 1                | rollup_tenant.users
                update rollup_tenant set users = 0, unpriced_calls = 1    | rollup_tenant.unpriced_calls
                update quota_balance set used_cost = used_cost * 2            | quota_balance.used_cost
                update quota_balance set first_call = '2025-01-01'            | quota_balance.first_call
                update quota_balance set last_call = null                     | quota_balance.last_call
                update quota_balance set month = '2025-12-01' where month = '2026-01-01' | quota_balance.first_call
                update quota_balance set held_tokens = 1                      | quota_balance.held_tokens
                update tenant_balance set users = users - 1                   | tenant_balance.users
                update tenant_balance set used_prompt_tokens = 0              | tenant_balance.used_prompt_tokens
                update tenant_balance set held_cost = 0.1                     | tenant_balance.held_cost
                """)
        void mendsEachTableThatWasBroken(String fault, String figure) throws SQLException {
            recordTwoMonths();
            acting(fault);
            assertThat(named()).contains(figure);

            rebuild();

            assertThat(Truth.differences(acme)).isEmpty();
            check().body("data.clean", equalTo(true));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "rollup_context",
                    "rollup_session",
                    "rollup_user",
                    "rollup_tenant",
                    "quota_balance",
                    "tenant_balance"
                })
        void makesATableAnewThatWasEmptied(String table) throws SQLException {
            recordTwoMonths();
            acting(HOLD);
            rebuild();
            asOwner("delete from " + table);

            rebuild();

            assertThat(Truth.differences(acme)).isEmpty();
            check().body("data.clean", equalTo(true));
        }

        @Test
        void saysWhatItChanged() throws SQLException {
            recordTwoMonths();
            acting("update rollup_session set calls = 9 where grain = 'ever'");
            acting("update rollup_tenant set users = 9 where grain = 'day'");

            Response answer = rebuild();

            answer.then()
                    .body("data.tenant", equalTo(acme.id()))
                    .body("data.changed_rows", equalTo(3))
                    .body("data.tables", equalTo(Map.of("rollup_session", 1, "rollup_tenant", 2)));
        }

        @Test
        void changesNothingWhereNothingIsWrong() {
            recordTwoMonths();

            rebuild().then().body("data.changed_rows", equalTo(0)).body("data.tables", equalTo(Map.of()));
        }

        @Test
        void leavesOtherTenantsAlone() throws SQLException {
            recordTwoMonths();
            Organisation other = Organisation.fresh();
            other.record(event("2026-01-31T10:00:00Z", ""));
            execute(other, "update rollup_tenant set users = 9");

            rebuild();

            assertThat(Truth.differences(other)).isNotEmpty();
        }

        /** The writer has its fact and waits for a balance; the rebuild has read the rows and waits for the same one. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        @Timeout(60)
        void losesNothingOfAWriterThatIsHalfWay(boolean alone) throws Exception {
            var tenant = new TenantId(acme.id());
            recordTwoMonths();
            acting("update tenant_balance set used_calls = used_calls + 7");
            try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                    Connection holder = boundTo(acme);
                    var statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute("select from tenant_balance for update");
                Future<?> writer = threads.submit(() -> acme.record(event("2026-01-31T13:00:00Z", "")));
                awaitWaiting(1);
                Future<?> rebuild = threads.submit(
                        () -> alone ? selfCheck.rebuildAlone(tenant) : selfCheck.rebuildBesideTraffic(tenant));
                awaitWaiting(2);
                holder.rollback();
                writer.get();
                rebuild.get();
            }

            assertThat(Truth.differences(acme)).isEmpty();
        }

        private static void awaitWaiting(int wanted) throws SQLException {
            try (Connection app = PostgresForTests.server().connectAsApp("");
                    var statement = app.createStatement()) {
                int waiting = 0;
                while (waiting < wanted) {
                    try (var row = statement.executeQuery(
                            "select count(*) from pg_stat_activity where wait_event_type = 'Lock'")) {
                        row.next();
                        waiting = row.getInt(1);
                    }
                }
            }
        }

        /** Rows that every writer changes are broken and mended again and again; nobody fails and nothing is lost. */
        @Test
        void goesThroughBesideTraffic() throws Exception {
            recordTwoMonths();
            Callable<Integer> writer = () -> {
                int worst = 0;
                for (int i = 0; i < 10; i++) {
                    String more = ",\"user_id\":" + i % 5 + ",\"session_id\":\"s" + i % 3 + "\"";
                    worst = Math.max(
                            worst,
                            acme.tryToRecord(event("2026-02-0" + (1 + i % 9) + "T10:00:00Z", more))
                                    .statusCode());
                }
                return worst;
            };
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> writers = IntStream.range(0, 4)
                        .mapToObj(i -> threads.submit(writer))
                        .toList();
                while (!writers.stream().allMatch(Future::isDone)) {
                    acting("update tenant_balance set used_calls = used_calls + 7, users = 0");
                    acting("update rollup_session set events = events - 1");
                    acting("update rollup_user set calls = 0");
                    rebuild();
                }
                for (Future<Integer> done : writers) {
                    assertThat(done.get()).isEqualTo(201);
                }
            }

            assertThat(Truth.differences(acme)).isEmpty();
        }
    }

    @Nested
    class Refuses {

        @ParameterizedTest
        @ValueSource(strings = {"nobody-here", "Not A Tenant!"})
        void aTenantThatDoesNotExist(String tenant) {
            operator()
                    .queryParam("tenant", tenant)
                    .get(CHECK)
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("not_found"));
            operator().queryParam("tenant", tenant).post(REBUILD).then().statusCode(404);
        }

        @Test
        void toRebuildEverybody() {
            operator().post(REBUILD).then().statusCode(400).body("errors[0].field", equalTo("tenant"));
        }

        @Test
        void aTenantsOwnAdmin() {
            acme.admin().get(CHECK + "?tenant=" + acme.id()).then().statusCode(403);
            acme.admin().post(REBUILD + "?tenant=" + acme.id()).then().statusCode(403);
        }
    }

    @Nested
    class TheMetric {

        /** A check of all tenants takes a while in this database; the scheduled run stands for both. */
        @Test
        void saysWhatTheLastCheckOfAllTenantsFound() throws Exception {
            recordTwoMonths();
            acting("update rollup_session set calls = 9");

            try (var timer = Executors.newSingleThreadExecutor()) {
                timer.submit(scheduled::run).get();
            }

            assertThat(metric("tokentally_self_check_differences")).isPositive();
            assertThat(metric("tokentally_self_check_last_run_timestamp_seconds"))
                    .isPositive();
        }

        private BigDecimal metric(String name) {
            return Organisation.anonymous()
                    .get("/q/metrics")
                    .asString()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .map(line -> new BigDecimal(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The last call of January is taken back. */
    private static final String REVERSAL = """
            insert into user_api_usage (tenant_id, usage_day, id, source, user_key, endpoint, provider, model, session_id,
                calls, prompt_tokens, completion_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
                reasoning_tokens, input_cost, output_cost, price_id, response_time_ms, success, cache_hit, occurred_at,
                recorded_at, reverses, reversal_reason)
            select tenant_id, usage_day, gen_random_uuid(), source, user_key, endpoint, provider, model, session_id,
                -calls, -prompt_tokens, -completion_tokens, -cache_read_tokens, -cache_write_5m_tokens,
                -cache_write_1h_tokens, -reasoning_tokens, -input_cost, -output_cost, price_id, -response_time_ms, success,
                cache_hit, occurred_at, now(), id, 'a test'
            from user_api_usage where usage_day = '2026-01-31' and user_key is not null""";

    private static final String HOLD = """
            insert into reservation (tenant_id, id, user_key, month, state, held_calls, held_tokens, held_cost, granted_at,
                expires_at)
            select tokentally_tenant(), gen_random_uuid(), user_key, date '2026-03-01', 'held', 1, 500, 0.25, now(), now()
            from app_user""";

    private void recordTwoMonths() {
        Stream<String> events = Stream.of(
                event(
                        "2026-01-31T10:00:00Z",
                        ",\"user_id\":\"jane@acme\",\"session_id\":\"s\",\"response_time_ms\":40,\"success\":false"),
                event("2026-01-31T11:00:00Z", ",\"cache_hit\":true"),
                event("2026-01-31T12:00:00Z", ""),
                event("2026-02-01T10:00:00Z", ",\"user_id\":\"jane@acme\",\"session_id\":\"s\""),
                event("2026-02-01T11:00:00Z", ",\"user_id\":2,\"call_type\":\"c\",\"scope\":\"x\""));
        record(events);
    }

    private void record(Stream<String> events) {
        acme.tryToRecord(events.collect(Collectors.joining(",", "[", "]")))
                .then()
                .statusCode(200);
    }

    private static String event(String occurredAt, String more) {
        return "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1000,\"completion_tokens\":10,\"occurred_at\":\""
                + occurredAt + "\"" + more + "}";
    }

    private static RequestSpecification operator() {
        return Organisation.anonymous().auth().oauth2(Organisation.accessToken(null, "operator", "platform-admin"));
    }

    private ValidatableResponse check() {
        return operator().get(CHECK + "?tenant=" + acme.id()).then().statusCode(200);
    }

    private List<Map<String, Object>> differences() {
        return check().extract().path("data.differences");
    }

    /** {@code table.column} of each difference, once. */
    private List<String> named() {
        return differences().stream()
                .map(difference -> difference.get("table") + "." + difference.get("column"))
                .distinct()
                .toList();
    }

    private Response rebuild() {
        Response answer = operator().post(REBUILD + "?tenant=" + acme.id());
        answer.then().statusCode(200);
        return answer;
    }

    /** For this tenant alone: a real seal is for everybody in the suite's database. */
    private void sealJanuary() throws SQLException {
        asOwner("select take_control_totals('" + acme.id() + "', '2026-01-01', '2026-02-01')");
        asOwner("delete from user_api_usage where usage_day < '2026-02-01'");
    }

    private SelfCheckReport checkWithJanuarySealed() {
        TenantId tenant = new TenantId(acme.id());
        return transactions.read(
                tenant, transaction -> SelfCheck.check(transaction, tenant, "{[2026-01-01,2026-02-01)}"));
    }

    private void acting(String sql) throws SQLException {
        execute(acme, sql);
    }

    private static void execute(Organisation tenant, String sql) throws SQLException {
        try (Connection app = boundTo(tenant);
                var statement = app.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection boundTo(Organisation tenant) throws SQLException {
        return PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + tenant.id());
    }

    /** What the serving role may not do. */
    private void asOwner(String sql) throws SQLException {
        try (Connection owner = PostgresForTests.server().connectAsOwner();
                var statement = owner.createStatement()) {
            statement.execute("set tokentally.tenant = '" + acme.id() + "'");
            statement.execute(sql);
        }
    }
}
