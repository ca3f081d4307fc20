package io.tokentally.ledger;

import io.tokentally.ledger.Proof.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the facts give every sum that is kept, written down a second time: in SQL over the rows, where the ledger adds up
 * in Java. {@code :tenant} is whose facts; {@code :sealed} are the days whose rows are gone: they are left out, or taken
 * from their sums where a figure spans months, and proven by their control totals.
 */
final class Proofs {

    private static final String ROWS = "user_api_usage where tenant_id = :tenant";

    // A reversal is a row of its own, so it counts as an event; of what counts calls or hits it takes one away.
    private static final String SUMS = """
            count(*) as events, sum(calls) as calls,
            coalesce(sum(calls) filter (where total_cost is null), 0) as unpriced_calls,
            sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens,
            coalesce(sum(input_cost), 0) as input_cost, coalesce(sum(output_cost), 0) as output_cost""";

    private static final String SUM = """
            sum(events) as events, sum(calls) as calls, sum(unpriced_calls) as unpriced_calls,
            sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens,
            sum(input_cost) as input_cost, sum(output_cost) as output_cost""";

    private static final List<Column> SUM_COLUMNS = sums(
            "events", "calls", "unpriced_calls", "prompt_tokens", "completion_tokens", "input_cost", "output_cost");

    private static final List<Column> USED_COLUMNS =
            sums("events", "used_calls", "used_prompt_tokens", "used_completion_tokens", "used_cost", "unpriced_calls");

    private static final List<Column> HELD_COLUMNS = sums("held_calls", "held_tokens", "held_cost");

    private static final String ENDPOINT_DAYS = """
            select usage_day, endpoint, coalesce(provider, '') as provider, model, coalesce(call_type, '') as call_type,
                   coalesce(scope, '') as scope, %s,
                   coalesce(sum(calls) filter (where not success), 0) as failed_calls,
                   coalesce(sum(case when reverses is null then 1 else -1 end) filter (where cache_hit), 0) as cache_hits,
                   sum(cache_read_tokens) as cache_read_tokens,
                   sum(cache_write_5m_tokens + cache_write_1h_tokens) as cache_write_tokens,
                   sum(reasoning_tokens) as reasoning_tokens,
                   coalesce(sum(response_time_ms), 0) as response_time_ms,
                   coalesce(sum(case when reverses is null then 1 else -1 end)
                       filter (where response_time_ms is not null), 0) as timed_events
            from %s group by 1, 2, 3, 4, 5, 6""".formatted(SUMS, ROWS);

    /** A session that may reach into a month whose rows are gone is left out; a zone is at most a day off UTC. */
    static final String REACHES_BACK = """
            tenant_id = :tenant and first_at < coalesce(upper(:sealed::datemultirange), '-infinity')::timestamp
                at time zone 'UTC' + interval '1 day'""";

    private static final String SESSIONS = """
            select session_id, %s, min(occurred_at) as first_at, max(occurred_at) as last_at
            from %s and session_id is not null
            and session_id not in (select session_id from rollup_session where %s) group by 1""".formatted(SUMS, ROWS, REACHES_BACK);

    private static final String USER_DAYS =
            "select usage_day, user_key, %s from %s and user_key is not null group by 1, 2".formatted(SUMS, ROWS);

    private static final String TENANT_DAYS = """
            select usage_day, count(user_key) filter (where calls > 0) as users, %s
            from (select usage_day, user_key, %s from %s group by 1, 2) of_user group by 1""".formatted(SUM, SUMS, ROWS);

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
            select user_key, sum(used_calls) as total_calls, sum(used_prompt_tokens) as total_prompt_tokens,
                   sum(used_completion_tokens) as total_completion_tokens,
                   sum(used_prompt_tokens + used_completion_tokens) as total_tokens,
                   known_cost(sum(used_cost), sum(used_calls), sum(unpriced_calls)) as total_cost,
                   min(first_call) as first_call, max(last_call) as last_call
            from (
                select user_key, used_calls, used_prompt_tokens, used_completion_tokens, used_cost, unpriced_calls,
                       first_call, last_call from (%s) kept
                union all
                select user_key, used_calls, used_prompt_tokens, used_completion_tokens, used_cost, unpriced_calls,
                       first_call, last_call from quota_balance where tenant_id = :tenant and month <@ :sealed::datemultirange) every
            group by 1 having sum(used_calls) > 0""".formatted(USERS_MONTHS);

    private static final String ENDPOINTS = """
            select endpoint, model, sum(calls) as api_calls, sum(prompt_tokens + completion_tokens) as total_tokens,
                   known_cost(sum(input_cost + output_cost), sum(calls), sum(unpriced_calls)) as cost_usd,
                   average_tokens_per_call(sum(prompt_tokens + completion_tokens), sum(calls)) as avg_tokens_per_call,
                   known_cost(average_cost_per_call(sum(input_cost + output_cost), sum(calls - unpriced_calls)), sum(calls),
                       sum(unpriced_calls)) as avg_cost_per_call
            from (
                select endpoint, model, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost
                from (%s) kept
                union all
                select endpoint, model, calls, unpriced_calls, prompt_tokens, completion_tokens, input_cost, output_cost
                from rollup_endpoint_day where tenant_id = :tenant and usage_day <@ :sealed::datemultirange) every
            group by 1, 2""".formatted(ENDPOINT_DAYS);

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
            new Proof(
                    "rollup_endpoint_day",
                    "usage_day",
                    List.of("usage_day", "endpoint", "provider", "model", "call_type", "scope"),
                    Stream.concat(
                                    SUM_COLUMNS.stream(),
                                    sums(
                                            "failed_calls",
                                            "cache_hits",
                                            "cache_read_tokens",
                                            "cache_write_tokens",
                                            "reasoning_tokens",
                                            "response_time_ms",
                                            "timed_events")
                                            .stream())
                            .toList(),
                    ENDPOINT_DAYS,
                    kept("rollup_endpoint_day", "usage_day"),
                    List.of()),
            new Proof(
                    "rollup_session",
                    null,
                    List.of("session_id"),
                    and(SUM_COLUMNS, Column.instantOfFacts("first_at"), Column.instantOfFacts("last_at")),
                    SESSIONS,
                    "select * from rollup_session where tenant_id = :tenant and not (%s)".formatted(REACHES_BACK),
                    List.of()),
            new Proof(
                    "rollup_user_day",
                    "usage_day",
                    List.of("usage_day", "user_key"),
                    SUM_COLUMNS,
                    USER_DAYS,
                    kept("rollup_user_day", "usage_day"),
                    List.of()),
            new Proof(
                    "rollup_tenant_day",
                    "usage_day",
                    List.of("usage_day"),
                    and(SUM_COLUMNS, Column.sum("users")),
                    TENANT_DAYS,
                    kept("rollup_tenant_day", "usage_day"),
                    List.of()));

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
                    """
                            select month, used_calls as api_calls, users as unique_users,
                                   used_prompt_tokens + used_completion_tokens as total_tokens,
                                   known_cost(used_cost, used_calls, unpriced_calls) as cost_usd
                            from (%s) kept""".formatted(TENANT_MONTHS),
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
                    """
                            select usage_day as date, calls as api_calls, users as unique_users,
                                   prompt_tokens + completion_tokens as total_tokens,
                                   known_cost(input_cost + output_cost, calls, unpriced_calls) as cost_usd
                            from (%s) kept""".formatted(TENANT_DAYS),
                    "select * from daily_usage_summary where not date <@ :sealed::datemultirange",
                    "api_calls, unique_users, total_tokens, cost_usd"));

    private static final String SEALED_SUMS = """
            select date_trunc('month', usage_day)::date as month, %s
            from %s where tenant_id = :tenant and usage_day <@ :sealed::datemultirange group by 1""";

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
            ofSealed("rollup_endpoint_day"),
            ofSealed("rollup_tenant_day"));

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

    private static Proof ofSealed(String rollup) {
        return new Proof(
                rollup,
                "month",
                List.of("month"),
                SUM_COLUMNS,
                "select * from sealed_month where tenant_id = :tenant",
                SEALED_SUMS.formatted(SUM, rollup),
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
