package io.tokentally.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Recomputes every sum from the rows, independently of the code that keeps them, and names each difference. */
public final class Truth {

    private static final String SUMS =
            "count(*) as events, sum(calls) as calls, sum(prompt_tokens) as prompt, sum(completion_tokens) as completion,"
                    + " coalesce(sum(calls) filter (where total_cost is null), 0) as unpriced,";

    private static final String KEPT = "events, calls, prompt_tokens, completion_tokens, unpriced_calls,";

    private static final String USED =
            "events, used_calls, used_prompt_tokens, used_completion_tokens, unpriced_calls,";

    private static final String RAW_COSTS = "coalesce(sum(input_cost), 0), coalesce(sum(output_cost), 0)";

    private static final String RAW_DETAILS = ", coalesce(sum(calls) filter (where not success), 0),"
            + " coalesce(sum(case when reverses is null then 1 else -1 end) filter (where cache_hit), 0), sum(cache_read_tokens),"
            + " sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(reasoning_tokens),"
            + " coalesce(sum(response_time_ms), 0),"
            + " coalesce(sum(case when reverses is null then 1 else -1 end) filter (where response_time_ms is not null), 0)";

    private static final String KEPT_DETAILS = ", failed_calls, cache_hits, cache_read_tokens, cache_write_tokens,"
            + " reasoning_tokens, response_time_ms, timed_events";

    /** A row for each period that a call counts in. */
    private static final String ROWS_OF_PERIODS =
            "(select u.*, grain, period from user_api_usage u, lateral (values ('day', usage_day),"
                    + " ('month', date_trunc('month', usage_day)::date), ('ever', date '0001-01-01')) p (grain, period)) rows";

    private static final String CONTEXT_KEY =
            "grain, period, endpoint, coalesce(provider, ''), model, coalesce(call_type, ''), coalesce(scope, ''),"
                    + " coalesce(git_branch, ''), source, success";

    /** Unlike the ledger and the self-check, by the bounds themselves. */
    private static final String RAW_TIMES =
            "select %1$s, bucket, sum(case when reverses is null then 1 else -1 end) as n from "
                    + ROWS_OF_PERIODS
                    + " cross join lateral (select max(i) as bucket from generate_subscripts(response_time_bounds(), 1) i"
                    + " where (response_time_bounds())[i] <= abs(response_time_ms)) b"
                    + " where response_time_ms is not null and %2$s group by %1$s, bucket"
                    + " having sum(case when reverses is null then 1 else -1 end) <> 0";

    private static final String KEPT_TIMES =
            "select %1$s, i, response_times[i] from %2$s, generate_subscripts(response_times, 1) i where response_times[i] <> 0";

    private static final String RAW_FIRST_LAST = ", min(occurred_at), max(occurred_at)";

    /** A user counts who has a call left when the reversed ones are taken away. */
    private static String usersBy(String period) {
        return "select period, count(*) filter (where user_key is not null and calls > 0) from (select " + period
                + " as period, user_key, sum(calls) as calls from user_api_usage group by 1, 2) callers group by period";
    }

    /** A month without a row of its own has a balance when something was held in it. */
    private static final String EVERYTHING_BUT_HOLDS_ALONE = "events <> 0";

    private static final String HOLDS_OF_USERS =
            "select user_key, month, sum(held_calls), sum(held_tokens), sum(held_cost) from reservation"
                    + " where state = 'held' and user_key is not null group by user_key, month";

    private static final String HOLDS_OF_TENANT =
            "select month, sum(held_calls), sum(held_tokens), sum(held_cost) from reservation"
                    + " where state = 'held' group by month";

    private static final String IN_BALANCES =
            "month, held_calls, held_tokens, held_cost from %s where (held_calls, held_tokens, held_cost) <> (0, 0, 0)";

    /**
     * A table of sums and how the rows give the same.
     *
     * @param rawKey the key as an expression over the rows
     * @param where which rows have such a key
     */
    private record Kept(String table, String key, String sums, String rawKey, String where, String rawSums) {

        String raw() {
            return "select " + rawKey + ", " + SUMS + rawSums + " from " + rows() + " where " + where + " group by "
                    + rawKey;
        }

        private String rows() {
            return isOfPeriods() ? ROWS_OF_PERIODS : "user_api_usage";
        }

        private boolean isOfPeriods() {
            return table.startsWith("rollup");
        }

        String rawTimes() {
            return RAW_TIMES.formatted(rawKey, where);
        }

        String keptTimes() {
            return KEPT_TIMES.formatted(key, table);
        }

        String kept() {
            return "select " + key + ", " + sums + " from " + table + " where " + EVERYTHING_BUT_HOLDS_ALONE;
        }
    }

    private static final List<Kept> TABLES = List.of(
            new Kept(
                    "rollup_context",
                    "grain, period, endpoint, provider, model, call_type, scope, git_branch, source, success",
                    KEPT + "input_cost, output_cost" + KEPT_DETAILS,
                    CONTEXT_KEY,
                    "true",
                    RAW_COSTS + RAW_DETAILS),
            new Kept(
                    "rollup_session",
                    "grain, period, session_id",
                    KEPT + "input_cost, output_cost" + KEPT_DETAILS + ", first_at, last_at, first_day, last_day",
                    "grain, period, session_id",
                    "session_id is not null and grain <> 'month'",
                    RAW_COSTS + RAW_DETAILS + RAW_FIRST_LAST + ", min(usage_day), max(usage_day)"),
            new Kept(
                    "rollup_user",
                    "grain, period, user_key",
                    KEPT + "input_cost, output_cost" + KEPT_DETAILS + ", first_at, last_at",
                    "grain, period, coalesce(user_key, 0)",
                    "true",
                    RAW_COSTS + RAW_DETAILS + RAW_FIRST_LAST),
            new Kept(
                    "rollup_tenant",
                    "grain, period",
                    KEPT + "input_cost, output_cost" + KEPT_DETAILS,
                    "grain, period",
                    "true",
                    RAW_COSTS + RAW_DETAILS),
            new Kept(
                    "quota_balance",
                    "user_key, month",
                    USED + "used_cost, first_call, last_call",
                    "user_key, date_trunc('month', usage_day)::date",
                    "user_key is not null",
                    "coalesce(sum(total_cost), 0)" + RAW_FIRST_LAST),
            new Kept(
                    "tenant_balance",
                    "month",
                    USED + "used_cost",
                    "date_trunc('month', usage_day)::date",
                    "true",
                    "coalesce(sum(total_cost), 0)"));

    private Truth() {}

    /** Kept: a new one learns of every partition before it compares anything. */
    private static Connection session;

    /** Empty when raw rows = rollups = balances for this tenant. */
    public static synchronized List<String> differences(Organisation tenant) throws SQLException {
        if (session == null || !session.isValid(1)) {
            session = PostgresForTests.server().connectAsApp("");
        }
        try (var bind = session.prepareStatement("select set_config('tokentally.tenant', ?, false)")) {
            bind.setString(1, tenant.id());
            bind.execute();
        }
        return differences(session);
    }

    /** The same for the tenant bound to {@code connection}, on whatever database it leads to. */
    public static List<String> differences(Connection connection) throws SQLException {
        var differences = new ArrayList<String>();
        try (var statement = connection.createStatement()) {
            for (Kept table : TABLES) {
                compare(statement, table.table, table.raw(), table.kept(), differences);
                if (table.isOfPeriods()) {
                    compare(statement, table.table, table.rawTimes(), table.keptTimes(), differences);
                }
            }
            compare(
                    statement,
                    "users of days",
                    usersBy("usage_day"),
                    "select period, users from rollup_tenant where grain = 'day' and " + EVERYTHING_BUT_HOLDS_ALONE,
                    differences);
            compare(
                    statement,
                    "users of the months' sums",
                    usersBy("date_trunc('month', usage_day)::date"),
                    "select period, users from rollup_tenant where grain = 'month' and " + EVERYTHING_BUT_HOLDS_ALONE,
                    differences);
            compare(
                    statement,
                    "users ever",
                    usersBy("date '0001-01-01'"),
                    "select period, users from rollup_tenant where grain = 'ever' and " + EVERYTHING_BUT_HOLDS_ALONE,
                    differences);
            compare(
                    statement,
                    "users of months",
                    usersBy("date_trunc('month', usage_day)::date"),
                    "select month, users from tenant_balance where " + EVERYTHING_BUT_HOLDS_ALONE,
                    differences);
            compare(
                    statement,
                    "holds of users",
                    HOLDS_OF_USERS,
                    "select user_key, " + IN_BALANCES.formatted("quota_balance"),
                    differences);
            compare(
                    statement,
                    "holds of the tenant",
                    HOLDS_OF_TENANT,
                    "select " + IN_BALANCES.formatted("tenant_balance"),
                    differences);
        }
        return differences;
    }

    private static void compare(
            Statement statement, String name, String inRows, String inSums, List<String> differences)
            throws SQLException {
        String sql = "with in_rows as materialized (" + inRows + "), in_sums as materialized (" + inSums + ")"
                + " select 'only in rows', r::text from (table in_rows except table in_sums) r"
                + " union all select 'only in sums', s::text from (table in_sums except table in_rows) s";
        try (var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                differences.add(name + " " + rows.getString(1) + ": " + rows.getString(2));
            }
        }
    }
}
