package io.tokentally.reporting.forecast;

import io.tokentally.quota.BalanceView;
import io.tokentally.quota.Standings;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Tenant;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Reads on one snapshot, and reckons when the transaction is over. */
@ApplicationScoped
class Forecasts {

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Standings standings;
    private final Clock clock;

    Forecasts(TenantTransactions transactions, Tenants tenants, Standings standings, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.standings = standings;
        this.clock = clock;
    }

    /**
     * @param budget null: none
     * @throws NotFound for a user or an endpoint that was never seen
     */
    Forecast of(TenantId id, Whose whose, BigDecimal budget) {
        Instant now = clock.instant();
        return transactions
                .read(id, transaction -> {
                    Tenant tenant = tenants.get(transaction, id);
                    DaysAhead ahead = DaysAhead.of(tenant.zones(), now);
                    return new Outlook(
                            whose,
                            ahead,
                            tenant.zones().endOfMonth(now),
                            DailySpend.read(transaction, id, whose, ahead.today()),
                            limits(transaction, tenant, whose, now));
                })
                .forecast(budget);
    }

    private MonthlyLimits limits(Handle transaction, Tenant tenant, Whose whose, Instant now) {
        return switch (whose) {
            case Whose.Everybody() -> tenant.limits();
            case Whose.User user ->
                BalanceView.of(standings.at(now, transaction, tenant, user.id()))
                        .limits();
            case Whose.Endpoint endpoint -> MonthlyLimits.NONE;
        };
    }
}
