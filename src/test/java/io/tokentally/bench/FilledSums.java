package io.tokentally.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sums of a tenant that has none yet and no reversals: days from the rows, months from the days, ever from the
 * months. Written for speed; the self-check, which adds up otherwise, says whether they are true.
 */
record FilledSums(Shape shape) {

    /** A function called once for a group; the product's own aggregate calls one for each row. */
    private static final String PREPARATION = """
            create function pg_temp.counted(buckets integer[], first integer, last integer) returns bigint[]
                language plpgsql immutable
            as $$
            declare
                counts bigint[] := array_fill(0::bigint, array[last - first + 1], array[first]);
                bucket integer;
            begin
                foreach bucket in array buckets loop counts[bucket] := counts[bucket] + 1; end loop;
                return counts;
            end $$;
            set work_mem = '256MB'""";

    private static final List<String> SUMS = List.of(
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

    private static final String NAMES = String.join(", ", SUMS) + ", response_times";

    private static final String OF_ROWS = """
            count(*), sum(calls), coalesce(sum(calls) filter (where not success), 0), count(*) filter (where cache_hit),
            coalesce(sum(calls) filter (where total_cost is null), 0), sum(prompt_tokens), sum(completion_tokens),
            sum(cache_read_tokens), sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(reasoning_tokens),
            coalesce(sum(input_cost), 0), coalesce(sum(output_cost), 0), coalesce(sum(response_time_ms), 0), count(bucket),
            case when count(bucket) > 0 then pg_temp.counted(array_agg(bucket) filter (where bucket is not null), min(bucket), max(bucket)) end
            from (select *, response_time_bucket(response_time_ms) as bucket from user_api_usage
                  where tenant_id = ? and usage_day = ? offset 0) rows""";

    private static final String OF_SUMS =
            SUMS.stream().map("sum(%s), "::formatted).collect(Collectors.joining())
                    + "sum_response_times(response_times, 1)";

    private static final String CONTEXT = "endpoint, provider, model, call_type, scope, git_branch, source, success";

    private static final List<String> DAYS = List.of(
            """
            insert into rollup_context (tenant_id, grain, period, %s, %s)
            select tenant_id, 'day', usage_day, endpoint, coalesce(provider, ''), model, coalesce(call_type, ''),
                   coalesce(scope, ''), coalesce(git_branch, ''), source, success, %s
            group by 1, 3, 4, 5, 6, 7, 8, 9, 10, 11""".formatted(CONTEXT, NAMES, OF_ROWS), """
            insert into rollup_user (tenant_id, grain, period, user_key, first_at, last_at, %s)
            select tenant_id, 'day', usage_day, coalesce(user_key, 0), min(occurred_at), max(occurred_at), %s
            group by 1, 3, 4""".formatted(NAMES, OF_ROWS), """
            insert into rollup_session (tenant_id, grain, period, session_id, first_at, last_at, first_day, last_day, %s)
            select tenant_id, 'day', usage_day, session_id, min(occurred_at), max(occurred_at), usage_day, usage_day, %s
            where session_id is not null group by 1, 3, 4""".formatted(NAMES, OF_ROWS));

    /** The parts of a table do not wait for those of another. */
    private static final List<List<String>> PERIODS = List.of(
            List.of("""
            insert into rollup_session (tenant_id, grain, period, session_id, first_at, last_at, first_day, last_day, %s)
            select tenant_id, 'ever', '0001-01-01', session_id, min(first_at), max(last_at), min(first_day), max(last_day), %s
            from rollup_session where tenant_id = ? and grain = 'day' group by 1, 4""".formatted(NAMES, OF_SUMS)),
            List.of(
                    ofUsers("month", "date_trunc('month', period)::date", "day"),
                    ofUsers("ever", "date '0001-01-01'", "month")),
            List.of(
                    ofContexts("month", "date_trunc('month', period)::date", "day"),
                    ofContexts("ever", "date '0001-01-01'", "month")));

    private static final List<String> WHOLE = List.of("""
            insert into rollup_tenant (tenant_id, grain, period, users, %s)
            select tenant_id, grain, period, (
                       select count(*) from rollup_user u
                       where u.tenant_id = c.tenant_id and u.grain = c.grain and u.period = c.period and user_key <> 0 and u.calls > 0),
                   %s
            from rollup_context c where tenant_id = ? group by tenant_id, grain, period""".formatted(NAMES, OF_SUMS), """
            insert into quota_balance (tenant_id, user_key, month, events, used_calls, used_prompt_tokens,
                used_completion_tokens, used_cost, unpriced_calls, first_call, last_call)
            select tenant_id, user_key, period, events, calls, prompt_tokens, completion_tokens, input_cost + output_cost,
                   unpriced_calls, first_at, last_at
            from rollup_user where tenant_id = ? and grain = 'month' and user_key <> 0""", """
            insert into tenant_balance (tenant_id, month, users, events, used_calls, used_prompt_tokens,
                used_completion_tokens, used_cost, unpriced_calls)
            select tenant_id, period, users, events, calls, prompt_tokens, completion_tokens, input_cost + output_cost,
                   unpriced_calls
            from rollup_tenant where tenant_id = ? and grain = 'month'""");

    void write(Crew crew) throws Exception {
        crew.work(FilledSums::prepare, shape.usageDays().map(this::ofDay).toList());
        crew.work(FilledSums::prepare, PERIODS.stream().map(this::inTurn).toList());
        crew.work(FilledSums::prepare, List.of(inTurn(WHOLE)));
    }

    private static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(PREPARATION);
        }
    }

    private Crew.Task ofDay(LocalDate day) {
        return connection -> {
            for (String table : DAYS) {
                try (PreparedStatement insert = connection.prepareStatement(table)) {
                    insert.setString(1, shape.tenant());
                    insert.setObject(2, day);
                    insert.executeUpdate();
                }
            }
        };
    }

    private Crew.Task inTurn(List<String> statements) {
        return connection -> {
            for (String sql : statements) {
                try (PreparedStatement insert = connection.prepareStatement(sql)) {
                    insert.setString(1, shape.tenant());
                    insert.executeUpdate();
                }
            }
        };
    }

    private static String ofUsers(String grain, String period, String from) {
        return """
                insert into rollup_user (tenant_id, grain, period, user_key, first_at, last_at, %s)
                select tenant_id, '%s', %s, user_key, min(first_at), max(last_at), %s
                from rollup_user where tenant_id = ? and grain = '%s' group by 1, 3, 4""".formatted(NAMES, grain, period, OF_SUMS, from);
    }

    private static String ofContexts(String grain, String period, String from) {
        return """
                insert into rollup_context (tenant_id, grain, period, %1$s, %2$s)
                select tenant_id, '%3$s', %4$s, %1$s, %5$s
                from rollup_context where tenant_id = ? and grain = '%6$s'
                group by 1, 3, %1$s""".formatted(CONTEXT, NAMES, grain, period, OF_SUMS, from);
    }
}
