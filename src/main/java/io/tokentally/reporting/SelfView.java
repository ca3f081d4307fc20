package io.tokentally.reporting;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;

/** One person's days, from rollups. */
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
