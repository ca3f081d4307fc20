package io.tokentally.testing;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Recomputes every sum from the rows, independently of the code that keeps them, and names each difference. */
public final class Truth {

    private static final String SUMS =
            "count(*) as events, sum(calls) as calls, sum(prompt_tokens) as prompt, sum(completion_tokens) as completion,"
                    + " coalesce(sum(total_cost), 0) as cost,"
                    + " coalesce(sum(calls) filter (where total_cost is null), 0) as unpriced";

    private static final String KEPT =
            "events, calls, prompt_tokens, completion_tokens, input_cost + output_cost," + " unpriced_calls";

    private static final String USED =
            "events, used_calls, used_prompt_tokens, used_completion_tokens, used_cost, unpriced_calls";

    private Truth() {}

    /** Empty when raw rows = rollups = balances for this tenant. */
    public static List<String> differences(Organisation tenant) throws SQLException {
        var differences = new ArrayList<String>();
        compare(
                tenant,
                differences,
                "rollup_endpoint_day",
                "usage_day, endpoint, coalesce(provider, ''), model, coalesce(call_type, ''), coalesce(scope, '')",
                "true",
                "usage_day, endpoint, provider, model, call_type, scope",
                KEPT,
                "");
        compare(tenant, differences, "rollup_session", "session_id", "session_id is not null", "session_id", KEPT, "");
        compare(
                tenant,
                differences,
                "rollup_user_day",
                "usage_day, user_key",
                "user_key is not null",
                "usage_day, user_key",
                KEPT,
                "");
        compare(
                tenant,
                differences,
                "quota_balance",
                "user_key, date_trunc('month', usage_day)::date",
                "user_key is not null",
                "user_key, month",
                USED,
                "");
        compare(tenant, differences, "rollup_tenant_day", "usage_day", "true", "usage_day", KEPT, ", users");
        compare(
                tenant,
                differences,
                "tenant_balance",
                "date_trunc('month', usage_day)::date",
                "true",
                "month",
                USED,
                ", users");
        return differences;
    }

    private static void compare(
            Organisation tenant,
            List<String> differences,
            String table,
            String rawKey,
            String where,
            String key,
            String sums,
            String users)
            throws SQLException {
        String rawUsers = users.isEmpty() ? "" : ", count(distinct user_key) filter (where calls > 0)";
        String raw = "select " + rawKey + ", " + SUMS + rawUsers + " from user_api_usage where " + where + " group by "
                + rawKey;
        String kept = "select " + key + ", " + sums + users + " from " + table;
        String sql = "select 'only in rows', r::text from ((" + raw + ") except (" + kept + ")) r"
                + " union all select 'only in sums', s::text from ((" + kept + ") except (" + raw + ")) s";
        try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + tenant.id());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                differences.add(table + " " + rows.getString(1) + ": " + rows.getString(2));
            }
        }
    }
}
