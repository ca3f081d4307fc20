package io.tokentally.reporting.forecast;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What was used by day, up to 120 whole days and today, from the first of them that has any event: before that there was
 * nobody, not nothing. Read from sums, one probe for each day.
 *
 * @param userId as the tenant writes it; null: not about a user
 */
record DailySpend(Object userId, List<Day> days) {

    private static final int WHOLE_DAYS = 120;

    record Day(LocalDate date, long events, long calls, long unpricedCalls, BigDecimal tokens, BigDecimal cost) {}

    private static final String DAYS = """
            select day::date as date, coalesce(sum(r.events), 0) as events, coalesce(sum(r.calls), 0) as calls,
                   coalesce(sum(r.unpriced_calls), 0) as unpriced_calls,
                   coalesce(sum(r.prompt_tokens + r.completion_tokens), 0) as tokens,
                   coalesce(sum(r.input_cost + r.output_cost), 0) as cost
            from generate_series(:first::timestamp, :today::timestamp, interval '1 day') as day
            left join %s r on r.tenant_id = :tenant and r.grain = 'day' and r.period = day::date %s
            group by day order by day""";

    private static final String OF_TENANT = DAYS.formatted("rollup_tenant", "");
    private static final String OF_USER = DAYS.formatted("rollup_user", "and r.user_key = :whose");
    private static final String OF_ENDPOINT = DAYS.formatted("rollup_context", "and r.endpoint = :whose");

    private record KnownUser(long key, Object id) {}

    /** @throws NotFound for a user or an endpoint that was never seen */
    static DailySpend read(Handle transaction, TenantId tenant, Whose whose, LocalDate today) {
        return switch (whose) {
            case Whose.Everybody() -> new DailySpend(null, days(transaction, OF_TENANT, tenant, null, today));
            case Whose.User(UserId id, boolean mustBeKnown) -> ofUser(transaction, tenant, id, mustBeKnown, today);
            case Whose.Endpoint(String name) -> {
                mustBeKnown(transaction, tenant, name);
                yield new DailySpend(null, days(transaction, OF_ENDPOINT, tenant, name, today));
            }
        };
    }

    private static DailySpend ofUser(
            Handle transaction, TenantId tenant, UserId id, boolean mustBeKnown, LocalDate today) {
        Optional<KnownUser> user = user(transaction, tenant, id);
        if (user.isEmpty() && mustBeKnown) {
            throw new NotFound();
        }
        return user.map(known -> new DailySpend(known.id, days(transaction, OF_USER, tenant, known.key, today)))
                .orElseGet(() -> new DailySpend(new JsonUserId(id, null).toJson(), List.of()));
    }

    private static Optional<KnownUser> user(Handle transaction, TenantId tenant, UserId id) {
        return transaction
                .createQuery("""
                        select user_key, user_id, user_id_is_number from app_user
                        where tenant_id = :tenant and user_id = :user""")
                .bind("tenant", tenant.value())
                .bind("user", id.value())
                .map((row, context) -> new KnownUser(
                        row.getLong("user_key"),
                        JsonUserId.toJson(row.getString("user_id"), row.getObject("user_id_is_number", Boolean.class))))
                .findOne();
    }

    private static void mustBeKnown(Handle transaction, TenantId tenant, String endpoint) {
        boolean known = transaction
                .createQuery("""
                        select exists (
                            select from rollup_context
                            where tenant_id = :tenant and grain = 'ever' and period = '0001-01-01' and endpoint = :endpoint)""")
                .bind("tenant", tenant.value())
                .bind("endpoint", endpoint)
                .mapTo(Boolean.class)
                .one();
        if (!known) {
            throw new NotFound();
        }
    }

    private static List<Day> days(Handle transaction, String sql, TenantId tenant, Object whose, LocalDate today) {
        var query = transaction
                .createQuery(sql)
                .bind("tenant", tenant.value())
                .bind("first", today.minusDays(WHOLE_DAYS))
                .bind("today", today);
        return (whose == null ? query : query.bind("whose", whose))
                        .map((row, context) -> new Day(
                                row.getObject("date", LocalDate.class),
                                row.getLong("events"),
                                row.getLong("calls"),
                                row.getLong("unpriced_calls"),
                                row.getBigDecimal("tokens"),
                                row.getBigDecimal("cost")))
                        .stream()
                        .dropWhile(day -> day.events == 0)
                        .toList();
    }
}
