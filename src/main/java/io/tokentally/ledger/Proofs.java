package io.tokentally.ledger;

import io.tokentally.ledger.Proof.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the facts give every sum that is kept, written down a second time: in SQL over the rows, where the ledger adds up
 * in Java. {@code :tenant} is whose facts; {@code :sealed} are the days whose rows are gone: they are left out, or taken
 * from their sums where a figure spans months, and proven by their control totals.
 */
final class Proofs {

    private static final String ROWS = "user_api_usage where tenant_id = :tenant";

    // A reversal is a row of its own, so it counts as an event; of what counts calls or hits it takes one away.
    private static final String SIGN = "case when reverses is null then 1 else -1 end";

    private static final String SUMS = """
            count(*) as events, sum(calls) as calls,
            coalesce(sum(calls) filter (where not success), 0) as failed_calls,
            coalesce(sum(%1$s) filter (where cache_hit), 0) as cache_hits,
            coalesce(sum(calls) filter (where total_cost is null), 0) as unpriced_calls,
            sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens,
            sum(cache_read_tokens) as cache_read_tokens,
            sum(cache_write_5m_tokens + cache_write_1h_tokens) as cache_write_tokens,
            sum(reasoning_tokens) as reasoning_tokens,
            coalesce(sum(input_cost), 0) as input_cost, coalesce(sum(output_cost), 0) as output_cost,
            coalesce(sum(response_time_ms), 0) as response_time_ms,
            coalesce(sum(%1$s) filter (where response_time_ms is not null), 0) as timed_events,
            counted_response_times(array_agg(response_time_bucket(response_time_ms) * (%1$s))
                filter (where response_time_ms is not null)) as response_times""".formatted(SIGN);

    private static final List<String> SUM_NAMES = List.of(
            "events",
            "calls",
            "failed_calls",
            "cache_hits",
            "unpriced_calls",
            "prompt_tokens",
            "completion_tokens",
            "cache_read_tokens",
            "cache_write_tokens",
            "reasoning_tokens",
            "input_cost",
            "output_cost",
            "response_time_ms",
            "timed_events");

    private static final String SUM = SUM_NAMES.stream()
                    .map(name -> "sum(%1$s) as %1$s, ".formatted(name))
                    .collect(Collectors.joining())
            + "sum_response_times(response_times, 1) as response_times";

    private static final List<Column> SUM_COLUMNS =
            and(sums(SUM_NAMES.toArray(String[]::new)), Column.counts("response_times"));

    private static final List<Column> SEALED_COLUMNS = sums(
            "events", "calls", "unpriced_calls", "prompt_tokens", "completion_tokens", "input_cost", "output_cost");

    private static final List<Column> USED_COLUMNS =
            sums("events", "used_calls", "used_prompt_tokens", "used_completion_tokens", "used_cost", "unpriced_calls");

    private static final List<Column> HELD_COLUMNS = sums("held_calls", "held_tokens", "held_cost");

    private static final String CONTEXTS = periods(
            "rollup_context",
            "month",
            "endpoint, provider, model, call_type, scope, git_branch, source, success",
            """
            select usage_day, endpoint, coalesce(provider, '') as provider, model, coalesce(call_type, '') as call_type,
                   coalesce(scope, '') as scope, coalesce(git_branch, '') as git_branch, source, success, %s
            from %s group by 1, 2, 3, 4, 5, 6, 7, 8, 9""".formatted(SUMS, ROWS),
            SUM);

    private static final String WITH_ENDS = ", min(first_at) as first_at, max(last_at) as last_at";

    private static final String USERS =
            periods("rollup_user", "month", "user_key", """
            select usage_day, coalesce(user_key, 0) as user_key, %s, min(occurred_at) as first_at, max(occurred_at) as last_at
            from %s group by 1, 2""".formatted(SUMS, ROWS), SUM + WITH_ENDS);

    private static final String SESSIONS = """
            select * from (%s) every where grain <> 'month'""".formatted(periods(
            "rollup_session",
            "day",
            "session_id",
            """
            select usage_day, session_id, %s, min(occurred_at) as first_at, max(occurred_at) as last_at,
                   usage_day as first_day, usage_day as last_day
            from %s and session_id is not null group by 1, 2""".formatted(SUMS, ROWS),
            SUM + WITH_ENDS + ", min(first_day) as first_day, max(last_day) as last_day"));

    private static final String WHOLE = """
            select grain, period, count(*) filter (where user_key <> 0 and calls > 0) as users, %s
            from (%s) of_users group by 1, 2""".formatted(SUM, USERS);

    /**
     * Days, months and ever from what the rows of each day come to. Of months whose rows are gone, ever has what was kept.
     *
     * @param kept the grain in which it was kept
     */
    private static String periods(String table, String kept, String keys, String days, String sums) {
        return """
                with days as materialized (%4$s), sealed as (
                    select * from %1$s where tenant_id = :tenant and grain = '%2$s' and period <@ :sealed::datemultirange)
                select 'day' as grain, usage_day as period, %3$s, %6$s from days
                union all
                select 'month', date_trunc('month', usage_day)::date, %3$s, %5$s from days group by 2, %3$s
                union all
                select 'ever', date '0001-01-01', %3$s, %5$s
                from (select %3$s, %6$s from days union all select %3$s, %6$s from sealed) every group by %3$s""".formatted(table, kept, keys, days, sums, columns(sums));
    }

    /** {@code a, b} of {@code sum(x) as a, min(y) as b}. */
    private static String columns(String sums) {
        return Pattern.compile(" as (\\w+)")
                .matcher(sums)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.joining(", "));
    }

    private static final String USER_MONTHS = """
            select user_key, date_trunc('month', usage_day)::date as month, count(*) as events, sum(calls) as used_calls,
                   sum(prompt_tokens) as used_prompt_tokens, sum(completion_tokens) as used_completion_tokens,
                   coalesce(sum(total_cost), 0) as used_cost,
                   coalesce(sum(calls) filter (where total_cost is null), 0) as unpriced_calls,
                   min(occurred_at) as first_call, max(occurred_at) as last_call
            from %s group by 1, 2""".formatted(ROWS);

    private static final String USERS_MONTHS =
            "select * from (%s) every where user_key is not null".formatted(USER_MONTHS);

    private static final String TENANT_MONTHS = """
            select month, count(user_key) filter (where used_calls > 0) as users, sum(events) as events,
                   sum(used_calls) as used_calls, sum(used_prompt_tokens) as used_prompt_tokens,
                   sum(used_completion_tokens) as used_completion_tokens, sum(used_cost) as used_cost,
                   sum(unpriced_calls) as unpriced_calls
            from (%s) of_user group by 1""".formatted(USER_MONTHS);

    private static final String HELD = """
            sum(held_calls) as held_calls, sum(held_tokens) as held_tokens, sum(held_cost) as held_cost
            from reservation where tenant_id = :tenant and state = 'held'""";

    /** Each user with at least one call, all time. */
    private static final String USER_TOTALS = """
            select user_key, calls as total_calls, prompt_tokens as total_prompt_tokens,
                   completion_tokens as total_completion_tokens, prompt_tokens + completion_tokens as total_tokens,
                   known_cost(input_cost + output_cost, calls, unpriced_calls) as total_cost,
                   first_at as first_call, last_at as last_call
            from (%s) every where grain = 'ever' and user_key <> 0 and calls > 0""".formatted(USERS);

    private static final String ENDPOINTS = """
            select endpoint, model, sum(calls) as api_calls, sum(prompt_tokens + completion_tokens) as total_tokens,
                   known_cost(sum(input_cost + output_cost), sum(calls), sum(unpriced_calls)) as cost_usd,
                   average_tokens_per_call(sum(prompt_tokens + completion_tokens), sum(calls)) as avg_tokens_per_call,
                   known_cost(average_cost_per_call(sum(input_cost + output_cost), sum(calls - unpriced_calls)), sum(calls),
                       sum(unpriced_calls)) as avg_cost_per_call
            from (%s) every where grain = 'ever' group by 1, 2""".formatted(CONTEXTS);

    private static final String SHOWN_PERIODS = """
            select period as %s, calls as api_calls, users as unique_users, prompt_tokens + completion_tokens as total_tokens,
                   known_cost(input_cost + output_cost, calls, unpriced_calls) as cost_usd
            from (%s) every where grain = '%s'""";

    /** user_usage_summary names users by their id alone, so it is proven as a whole. */
    private static final String ALL_USERS = """
            select 'all' as users, count(*) as rows, sum(total_calls) as total_calls,
                   sum(total_prompt_tokens) as total_prompt_tokens,
                   sum(total_completion_tokens) as total_completion_tokens, sum(total_tokens) as total_tokens,
                   sum(total_cost) as total_cost, min(first_call) as first_call, max(last_call) as last_call
            from %s""";

    /** In the one lock order, which is the tally's. */
    static final List<Proof> TABLES = List.of(
            new Proof(
                    "quota_balance",
                    "month",
                    List.of("user_key", "month"),
                    and(USED_COLUMNS, Column.instant("first_call"), Column.instant("last_call")),
                    USERS_MONTHS,
                    kept("quota_balance", "month"),
                    List.of()),
            new Proof(
                    "quota_balance",
                    "month",
                    List.of("user_key", "month"),
                    HELD_COLUMNS,
                    "select user_key, month, %s and user_key is not null group by 1, 2".formatted(HELD),
                    kept("quota_balance"),
                    names(USED_COLUMNS)),
            new Proof(
                    "tenant_balance",
                    "month",
                    List.of("month"),
                    and(USED_COLUMNS, Column.sum("users")),
                    TENANT_MONTHS,
                    kept("tenant_balance", "month"),
                    List.of()),
            new Proof(
                    "tenant_balance",
                    "month",
                    List.of("month"),
                    HELD_COLUMNS,
                    "select month, %s group by 1".formatted(HELD),
                    kept("tenant_balance"),
                    names(and(USED_COLUMNS, Column.sum("users")))),
            rollup(
                    "rollup_context",
                    "endpoint, provider, model, call_type, scope, git_branch, source, success",
                    SUM_COLUMNS,
                    CONTEXTS),
            rollup(
                    "rollup_session",
                    "session_id",
                    and(
                            SUM_COLUMNS,
                            Column.instantOfFacts("first_at"),
                            Column.instantOfFacts("last_at"),
                            Column.dayOfFacts("first_day"),
                            Column.dayOfFacts("last_day")),
                    SESSIONS),
            rollup(
                    "rollup_user",
                    "user_key",
                    and(SUM_COLUMNS, Column.instantOfFacts("first_at"), Column.instantOfFacts("last_at")),
                    USERS),
            rollup("rollup_tenant", "", and(SUM_COLUMNS, Column.sum("users")), WHOLE));

    private static final List<Proof> VIEWS = List.of(
            view(
                    "user_usage_total",
                    null,
                    "user_key",
                    USER_TOTALS,
                    "select * from user_usage_total",
                    "total_calls, total_prompt_tokens, total_completion_tokens, total_tokens, total_cost, first_call, last_call"),
            view(
                    "user_usage_summary",
                    null,
                    "users",
                    ALL_USERS.formatted("(" + USER_TOTALS + ") total"),
                    ALL_USERS.formatted("user_usage_summary"),
                    "rows, total_calls, total_prompt_tokens, total_completion_tokens, total_tokens, total_cost, first_call, last_call"),
            view(
                    "monthly_usage_summary",
                    "month",
                    "month",
                    SHOWN_PERIODS.formatted("month", WHOLE, "month"),
                    "select * from monthly_usage_summary where not month <@ :sealed::datemultirange",
                    "api_calls, unique_users, total_tokens, cost_usd"),
            view(
                    "endpoint_usage_summary",
                    null,
                    "endpoint, model",
                    ENDPOINTS,
                    "select * from endpoint_usage_summary",
                    "api_calls, total_tokens, cost_usd, avg_tokens_per_call, avg_cost_per_call"),
            view(
                    "daily_usage_summary",
                    "date",
                    "date",
                    SHOWN_PERIODS.formatted("date", WHOLE, "day"),
                    "select * from daily_usage_summary where not date <@ :sealed::datemultirange",
                    "api_calls, unique_users, total_tokens, cost_usd"));

    private static final String SEALED_SUMS = """
            select date_trunc('month', period)::date as month, %s
            from %s where tenant_id = :tenant and grain = '%s' and period <@ :sealed::datemultirange group by 1""";

    /** What the rows of a sealed month came to. Without its rows its sums can be proven, not mended. */
    private static final List<Proof> SEALED = List.of(
            new Proof(
                    "tenant_balance",
                    "month",
                    List.of("month"),
                    USED_COLUMNS,
                    """
                            select month, events, calls as used_calls, prompt_tokens as used_prompt_tokens,
                                   completion_tokens as used_completion_tokens, input_cost + output_cost as used_cost,
                                   unpriced_calls
                            from sealed_month where tenant_id = :tenant""",
                    kept("tenant_balance") + " and month <@ :sealed::datemultirange",
                    List.of()),
            ofSealed("rollup_context", "day"),
            ofSealed("rollup_context", "month"),
            ofSealed("rollup_user", "day"),
            ofSealed("rollup_user", "month"),
            ofSealed("rollup_tenant", "day"),
            ofSealed("rollup_tenant", "month"));

    static final List<Proof> ALL =
            Stream.of(TABLES, SEALED, VIEWS).flatMap(List::stream).toList();

    static final String CHECKED = """
            select count(*) as months, coalesce(sum(events), 0) as events
            from (select date_trunc('month', usage_day), count(*) as events from %s group by 1) of_month""".formatted(ROWS);

    private Proofs() {}

    private static String kept(String table) {
        return "select * from %s where tenant_id = :tenant".formatted(table);
    }

    private static String kept(String table, String day) {
        return kept(table) + " and not " + day + " <@ :sealed::datemultirange";
    }

    private static Proof rollup(String table, String keys, List<Column> columns, String expected) {
        return new Proof(
                table,
                "nullif(period, date '0001-01-01')",
                Stream.concat(Stream.of("grain", "period"), Stream.of(keys.split(", ")))
                        .filter(key -> !key.isEmpty())
                        .toList(),
                columns,
                expected,
                kept(table) + " and (grain = 'ever' or not period <@ :sealed::datemultirange)",
                List.of());
    }

    private static Proof ofSealed(String rollup, String grain) {
        return new Proof(
                rollup,
                "month",
                List.of("month"),
                SEALED_COLUMNS,
                "select * from sealed_month where tenant_id = :tenant",
                SEALED_SUMS.formatted(SUM, rollup, grain),
                List.of());
    }

    private static Proof view(String name, String month, String keys, String expected, String found, String columns) {
        return new Proof(
                name,
                month,
                List.of(keys.split(", ")),
                Stream.of(columns.split(", ")).map(Proofs::shown).toList(),
                expected,
                found,
                List.of());
    }

    private static Column shown(String name) {
        return name.endsWith("_call") && !name.startsWith("avg_") ? Column.instant(name) : Column.shown(name);
    }

    private static List<Column> sums(String... names) {
        return Stream.of(names).map(Column::sum).toList();
    }

    private static List<Column> and(List<Column> columns, Column... more) {
        var all = new ArrayList<>(columns);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(Column::name).toList();
    }
}
