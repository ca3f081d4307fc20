package io.tokentally.reporting;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/** One person's calls and days. The days come from rollups, the calls by index: neither grows with history. */
@ApplicationScoped
class SelfView {

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Clock clock;

    SelfView(TenantTransactions transactions, Tenants tenants, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.clock = clock;
    }

    /** @param after null: from the newest */
    RecentCalls recent(TenantId id, UserId user, UsageCursor after, long limit) {
        List<Row> rows = transactions.read(
                id,
                transaction -> transaction
                        .createQuery("""
                                select usage_day, id, occurred_at, endpoint, provider, model, prompt_tokens,
                                       completion_tokens, total_tokens, total_cost, response_time_ms, success,
                                       error_message, cache_hit, session_id, reverses
                                from user_api_usage
                                where tenant_id = :tenant
                                  and user_key = (select user_key from app_user where tenant_id = :tenant and user_id = :user)
                                  and (:day::date is null or (usage_day, id) < (:day, :id))
                                order by usage_day desc, id desc
                                limit :limit""")
                        .bind("tenant", id.value())
                        .bind("user", user.value())
                        .bind("day", after == null ? null : after.day())
                        .bind("id", after == null ? null : after.id())
                        .bind("limit", limit)
                        .map((row, context) -> row(row))
                        .list());
        return new RecentCalls(
                rows.stream().map(Row::call).toList(),
                rows.size() < limit ? null : rows.getLast().cursor.encoded());
    }

    private record Row(UsageCursor cursor, RecentCalls.Call call) {}

    private static Row row(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return new Row(
                new UsageCursor(row.getObject("usage_day", LocalDate.class), id),
                new RecentCalls.Call(
                        id,
                        row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                        row.getString("endpoint"),
                        row.getString("provider"),
                        row.getString("model"),
                        row.getLong("prompt_tokens"),
                        row.getLong("completion_tokens"),
                        row.getLong("total_tokens"),
                        row.getBigDecimal("total_cost"),
                        row.getObject("response_time_ms", Long.class),
                        row.getBoolean("success"),
                        row.getString("error_message"),
                        row.getBoolean("cache_hit"),
                        row.getString("session_id"),
                        row.getObject("reverses", UUID.class)));
    }

    /** Exactly {@code days} days ending today, newest first. */
    List<MyDay> days(TenantId id, UserId user, long days) {
        return transactions.read(id, transaction -> {
            LocalDate today = tenants.get(transaction, id).zones().dayOf(clock.instant());
            return transaction
                    .createQuery("""
                            select day::date as date, coalesce(r.calls, 0) as calls,
                                   coalesce(r.prompt_tokens + r.completion_tokens, 0) as tokens,
                                   case when r.calls is null then 0
                                        else known_cost(r.input_cost + r.output_cost, r.calls, r.unpriced_calls) end as cost
                            from generate_series(:first::timestamp, :today::timestamp, interval '1 day') as day
                            left join rollup_user r
                                on r.tenant_id = :tenant and r.grain = 'day' and r.period = day::date
                                and r.user_key = (select user_key from app_user where tenant_id = :tenant and user_id = :user)
                            order by day desc""")
                    .bind("tenant", id.value())
                    .bind("user", user.value())
                    .bind("first", today.minusDays(days - 1))
                    .bind("today", today)
                    .map((row, context) -> new MyDay(
                            row.getObject("date", LocalDate.class),
                            row.getLong("calls"),
                            row.getLong("tokens"),
                            row.getBigDecimal("cost")))
                    .list();
        });
    }
}
