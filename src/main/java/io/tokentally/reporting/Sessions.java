package io.tokentally.reporting;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Sessions: their sums by key, their calls by index. */
@ApplicationScoped
class Sessions {

    private static final String KEPT = """
            select first_day, last_day, first_at, last_at, calls, failed_calls, unpriced_calls, prompt_tokens, completion_tokens,
                   known_cost(input_cost + output_cost, calls, unpriced_calls) as cost
            from rollup_session
            where tenant_id = :tenant and grain = 'ever' and period = '0001-01-01' and session_id = :session
              and events > 0""";

    private static final String COUNTED = """
            select min(usage_day) as first_day, max(usage_day) as last_day, min(occurred_at) as first_at,
                   max(occurred_at) as last_at, sum(calls) as calls,
                   coalesce(sum(calls) filter (where not success), 0) as failed_calls,
                   coalesce(sum(calls) filter (where total_cost is null), 0) as unpriced_calls,
                   sum(prompt_tokens) as prompt_tokens, sum(completion_tokens) as completion_tokens,
                   known_cost(coalesce(sum(total_cost), 0), sum(calls), sum(calls) filter (where total_cost is null)) as cost
            from user_api_usage where %s
            having count(*) > 0""";

    private static final String PARTS = """
            select %1$s as part, sum(calls) as calls, sum(total_tokens) as tokens,
                   known_cost(coalesce(sum(total_cost), 0), sum(calls), sum(calls) filter (where total_cost is null)) as cost
            from user_api_usage where %2$s
            group by %1$s""";

    private static final String DEAREST_FIRST = " order by cost desc nulls last, calls desc, part";

    /** What a session came to, and on which days. */
    private record Sums(DateRange days, OneSession.Totals totals) {}

    private final KeptRows rows;
    private final Calls calls;

    Sessions(KeptRows rows, Calls calls) {
        this.rows = rows;
        this.calls = calls;
    }

    /**
     * @param filter of one session, and of one user when its reader sees no more than that
     * @throws NotFound when there is no such session for the reader
     */
    OneSession one(TenantId tenant, UsageFilter filter, long limit) {
        return rows.read(tenant, transaction -> {
            Sums all = kept(transaction, tenant, filter).orElseThrow(NotFound::new);
            UsageFilter rowsOfIt = filter.during(all.days);
            Sums seen = filter.values().containsKey(Dimension.USER)
                    ? counted(transaction, tenant, rowsOfIt).orElseThrow(NotFound::new)
                    : all;
            CallPage page = calls.page(transaction, tenant, rowsOfIt, CallOrder.oldestFirst(limit));
            return new OneSession(
                    filter.values().get(Dimension.SESSION),
                    seen.days.first(),
                    seen.days.last(),
                    seen.totals,
                    users(transaction, tenant, rowsOfIt),
                    parts(transaction, tenant, rowsOfIt, Dimension.ENDPOINT),
                    parts(transaction, tenant, rowsOfIt, Dimension.MODEL),
                    parts(transaction, tenant, rowsOfIt, Dimension.CALL_TYPE),
                    CallPage.ROWS,
                    page.beyondRetention(),
                    page.calls(),
                    page.next());
        });
    }

    private static Optional<Sums> kept(Handle transaction, TenantId tenant, UsageFilter filter) {
        return transaction
                .createQuery(KEPT)
                .bind("tenant", tenant.value())
                .bind("session", filter.values().get(Dimension.SESSION))
                .map((row, context) -> sums(row))
                .findOne();
    }

    private static Optional<Sums> counted(Handle transaction, TenantId tenant, UsageFilter filter) {
        String sql = COUNTED.formatted(filter.conditionOfCallsThatStand());
        return filter.bind(transaction.createQuery(sql), tenant)
                .map((row, context) -> sums(row))
                .findOne();
    }

    private static List<OneSession.Part> parts(
            Handle transaction, TenantId tenant, UsageFilter filter, Dimension dimension) {
        return parts(transaction, tenant, filter, dimension, "select * from (%s) p" + DEAREST_FIRST)
                .map((row, context) -> new OneSession.Part(
                        row.getString("part"), row.getLong("calls"), row.getLong("tokens"), row.getBigDecimal("cost")))
                .list();
    }

    private static List<OneSession.User> users(Handle transaction, TenantId tenant, UsageFilter filter) {
        return parts(transaction, tenant, filter, Dimension.USER, """
                        select p.*, u.user_id, u.user_id_is_number, u.username
                        from (%s) p left join app_user u on u.tenant_id = :tenant and u.user_key = p.part""" + DEAREST_FIRST)
                .map((row, context) -> new OneSession.User(
                        JsonUserId.toJson(row.getString("user_id"), row.getObject("user_id_is_number", Boolean.class)),
                        row.getString("username"),
                        row.getLong("calls"),
                        row.getLong("tokens"),
                        row.getBigDecimal("cost")))
                .list();
    }

    private static Query parts(
            Handle transaction, TenantId tenant, UsageFilter filter, Dimension dimension, String around) {
        String parts = PARTS.formatted(dimension.column(), filter.conditionOfCallsThatStand());
        return filter.bind(transaction.createQuery(around.formatted(parts)), tenant);
    }

    private static Sums sums(ResultSet row) throws SQLException {
        return new Sums(
                new DateRange(row.getObject("first_day", LocalDate.class), row.getObject("last_day", LocalDate.class)),
                new OneSession.Totals(
                        instant(row, "first_at"),
                        instant(row, "last_at"),
                        row.getLong("calls"),
                        row.getLong("failed_calls"),
                        row.getLong("unpriced_calls"),
                        row.getLong("prompt_tokens"),
                        row.getLong("completion_tokens"),
                        row.getLong("prompt_tokens") + row.getLong("completion_tokens"),
                        row.getBigDecimal("cost")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
