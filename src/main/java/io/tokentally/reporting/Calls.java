package io.tokentally.reporting;

import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Single calls, read by index. */
@ApplicationScoped
class Calls {

    private static final int DECIMALS_OF_A_SHARE = 6;

    /** Of calls that are chosen and cut before anybody asks whose they are. */
    private static final String WITH_USERS = """
            select e.*, u.user_id, u.user_id_is_number, u.username
            from (select * from user_api_usage where %1$s order by %2$s limit :limit) e
            left join app_user u on u.tenant_id = e.tenant_id and u.user_key = e.user_key
            order by %2$s""";

    private static final String SLOWEST = "response_time_ms desc, usage_day desc, id desc";

    private static final String REASONS = """
            select endpoint, model, error_message, sum(calls) as calls, min(occurred_at) as first_at,
                   max(occurred_at) as last_at,
                   known_cost(coalesce(sum(total_cost), 0), sum(calls), sum(calls) filter (where total_cost is null)) as total_cost
            from user_api_usage where %s
            group by endpoint, model, error_message
            order by calls desc, total_cost desc nulls last, endpoint, model, error_message nulls first
            limit :limit""";

    private record Counted(long calls, long failed) {

        BigDecimal share(long part) {
            return calls == 0
                    ? null
                    : BigDecimal.valueOf(part)
                            .divide(BigDecimal.valueOf(calls), DECIMALS_OF_A_SHARE, RoundingMode.HALF_EVEN);
        }
    }

    private final KeptRows rows;

    Calls(KeptRows rows) {
        this.rows = rows;
    }

    CallPage page(TenantId tenant, UsageFilter filter, CallOrder order) {
        return rows.read(tenant, transaction -> page(transaction, tenant, filter, order));
    }

    CallPage page(Handle transaction, TenantId tenant, UsageFilter filter, CallOrder order) {
        String sql = WITH_USERS.formatted(filter.condition() + order.condition(), order.orderBy());
        Query query = filter.bind(transaction.createQuery(sql), tenant).bind("limit", order.limit() + 1);
        if (order.after() != null) {
            query.bind("afterDay", order.after().day())
                    .bind("afterId", order.after().id());
        }
        return CallPage.of(filter.days(), KeptRows.wholeFrom(transaction, filter.days()), calls(query), order.limit());
    }

    SlowCalls slow(TenantId tenant, UsageFilter filter, long limit) {
        String sql =
                WITH_USERS.formatted(filter.conditionOfCallsThatStand() + " and response_time_ms is not null", SLOWEST);
        return rows.read(
                tenant,
                transaction -> new SlowCalls(
                        filter.days().first(),
                        filter.days().last(),
                        CallPage.ROWS,
                        KeptRows.wholeFrom(transaction, filter.days()),
                        calls(filter.bind(transaction.createQuery(sql), tenant).bind("limit", limit))));
    }

    /** @param filter of all calls; the failed ones are those among them */
    FailedCalls failed(TenantId tenant, UsageFilter filter, long limit) {
        return rows.read(tenant, transaction -> {
            Counted counted = counted(transaction, tenant, filter);
            return new FailedCalls(
                    filter.days().first(),
                    filter.days().last(),
                    CallPage.ROWS,
                    KeptRows.wholeFrom(transaction, filter.days()),
                    counted.calls,
                    counted.failed,
                    counted.share(counted.failed),
                    reasons(transaction, tenant, filter.with(Dimension.SUCCESS, "false"), limit, counted));
        });
    }

    private static Counted counted(Handle transaction, TenantId tenant, UsageFilter filter) {
        String sql = """
                select coalesce(sum(calls), 0) as calls, coalesce(sum(calls) filter (where not success), 0) as failed
                from user_api_usage where\s""" + filter.condition();
        return filter.bind(transaction.createQuery(sql), tenant)
                .map((row, context) -> new Counted(row.getLong("calls"), row.getLong("failed")))
                .one();
    }

    private static List<FailedCalls.Reason> reasons(
            Handle transaction, TenantId tenant, UsageFilter failed, long limit, Counted counted) {
        return failed.bind(transaction.createQuery(REASONS.formatted(failed.conditionOfCallsThatStand())), tenant)
                .bind("limit", limit)
                .map((row, context) -> reason(row, counted))
                .list();
    }

    private static FailedCalls.Reason reason(ResultSet row, Counted counted) throws SQLException {
        long calls = row.getLong("calls");
        return new FailedCalls.Reason(
                row.getString("endpoint"),
                row.getString("model"),
                row.getString("error_message"),
                calls,
                row.getBigDecimal("total_cost"),
                counted.share(calls),
                instant(row, "first_at"),
                instant(row, "last_at"));
    }

    private static List<RecordedCall> calls(Query query) {
        return query.map((row, context) -> RecordedCall.of(row)).list();
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
