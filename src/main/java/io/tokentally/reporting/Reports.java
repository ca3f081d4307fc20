package io.tokentally.reporting;

import io.tokentally.quota.BalanceView;
import io.tokentally.quota.Standing;
import io.tokentally.quota.Standings;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Tenant;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The seeds' reports. Each is read from one snapshot, so its figures agree with each other. */
@ApplicationScoped
class Reports {

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Standings standings;
    private final Clock clock;

    Reports(TenantTransactions transactions, Tenants tenants, Standings standings, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.standings = standings;
        this.clock = clock;
    }

    Stats stats(TenantId id) {
        return transactions.read(id, transaction -> stats(transaction, tenants.get(transaction, id)));
    }

    private Stats stats(Handle transaction, Tenant tenant) {
        LocalDate today = tenant.zones().dayOf(clock.instant());
        return new Stats(overall(transaction, tenant.id()), monthly(transaction, today), daily(transaction, today));
    }

    /** @throws NotFound when there is no such tenant any more */
    PlatformUsage.Row ofTenant(TenantId id) {
        return transactions.read(id, transaction -> {
            Tenant tenant = tenants.get(transaction, id);
            if (tenant.removedAt() != null) {
                throw new NotFound();
            }
            return new PlatformUsage.Row(
                    id.value(),
                    tenant.name(),
                    tenant.zones().at(clock.instant()).getId(),
                    stats(transaction, tenant));
        });
    }

    private static Stats.Overall overall(Handle transaction, TenantId id) {
        return transaction
                .createQuery("""
                        select calls, users, prompt_tokens + completion_tokens as tokens,
                               known_cost(input_cost + output_cost, calls, unpriced_calls) as cost
                        from rollup_tenant where tenant_id = :tenant and grain = 'ever' and period = '0001-01-01'""")
                .bind("tenant", id.value())
                .map((row, context) -> new Stats.Overall(
                        row.getLong("calls"), row.getLong("users"), row.getLong("tokens"), row.getBigDecimal("cost")))
                .findOne()
                .orElse(new Stats.Overall(0, 0, 0, BigDecimal.ZERO));
    }

    private static Stats.Monthly monthly(Handle transaction, LocalDate today) {
        return transaction
                .createQuery("""
                        select api_calls, unique_users, total_tokens, cost_usd
                        from monthly_usage_summary where month = :month""")
                .bind("month", today.withDayOfMonth(1))
                .map((row, context) -> new Stats.Monthly(
                        row.getLong("api_calls"),
                        row.getLong("unique_users"),
                        row.getLong("total_tokens"),
                        row.getBigDecimal("cost_usd")))
                .findOne()
                .orElse(new Stats.Monthly(0, 0, 0, BigDecimal.ZERO));
    }

    private static Stats.Daily daily(Handle transaction, LocalDate today) {
        return transaction
                .createQuery("""
                        select api_calls, unique_users, total_tokens, cost_usd
                        from daily_usage_summary where date = :today""")
                .bind("today", today)
                .map((row, context) -> new Stats.Daily(
                        row.getLong("api_calls"),
                        row.getLong("unique_users"),
                        row.getLong("total_tokens"),
                        row.getBigDecimal("cost_usd")))
                .findOne()
                .orElse(new Stats.Daily(0, 0, 0, BigDecimal.ZERO));
    }

    UserSummary summary(TenantId id, SummaryPage page) {
        return transactions.read(id, transaction -> {
            long total = transaction
                    .createQuery(
                            "select users from rollup_tenant where tenant_id = :tenant and grain = 'ever' and period = '0001-01-01'")
                    .bind("tenant", id.value())
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(0L);
            List<UserSummary.Row> users = transaction
                    .createQuery("select * from user_usage_total order by <order> limit :limit offset :offset")
                    .define("order", page.orderBy())
                    .bind("limit", page.limit())
                    .bind("offset", page.offset())
                    .map((row, context) -> summaryRow(row))
                    .list();
            return new UserSummary(users, total, page.limit(), page.offset());
        });
    }

    private static UserSummary.Row summaryRow(ResultSet row) throws SQLException {
        return new UserSummary.Row(
                jsonId(row),
                row.getString("username"),
                row.getString("email"),
                row.getLong("total_calls"),
                row.getLong("total_tokens"),
                row.getBigDecimal("total_cost"),
                instant(row, "last_call"));
    }

    /** @throws NotFound for a user who was never seen; one without calls has zeros */
    UserUsage user(TenantId id, UserId user) {
        return transactions.read(id, transaction -> find(transaction, id, user)).orElseThrow(NotFound::new);
    }

    /** As {@link #user}, with zeros for who was never seen: everybody may ask about themselves. */
    UserUsage self(TenantId id, UserId user) {
        return transactions.read(
                id, transaction -> find(transaction, id, user).orElseGet(() -> nothingUsed(transaction, id, user)));
    }

    private UserUsage nothingUsed(Handle transaction, TenantId id, UserId user) {
        Standing standing = standings.at(clock.instant(), transaction, tenants.get(transaction, id), user);
        return new UserUsage(
                new JsonUserId(user, null).toJson(),
                new UserUsage.Total(0, 0, BigDecimal.ZERO),
                new UserUsage.Monthly(0, 0, BigDecimal.ZERO),
                BalanceView.of(standing));
    }

    private Optional<UserUsage> find(Handle transaction, TenantId id, UserId user) {
        Instant now = clock.instant();
        Tenant tenant = tenants.get(transaction, id);
        return transaction
                .createQuery("""
                            select u.user_id, u.user_id_is_number,
                                   coalesce(r.calls, 0) as total_calls,
                                   coalesce(r.prompt_tokens + r.completion_tokens, 0) as total_tokens,
                                   case when r.calls is null then 0
                                        else known_cost(r.input_cost + r.output_cost, r.calls, r.unpriced_calls) end as total_cost
                            from app_user u
                            left join rollup_user r
                                on r.tenant_id = u.tenant_id and r.grain = 'ever' and r.period = '0001-01-01'
                                and r.user_key = u.user_key
                            where u.user_id = :user""")
                .bind("user", user.value())
                .map((row, context) -> {
                    var balance = BalanceView.of(standings.at(now, transaction, tenant, user));
                    return new UserUsage(
                            jsonId(row),
                            new UserUsage.Total(
                                    row.getLong("total_calls"),
                                    row.getLong("total_tokens"),
                                    row.getBigDecimal("total_cost")),
                            new UserUsage.Monthly(
                                    balance.usage().calls(), balance.usage().tokens(), knownCost(balance)),
                            balance);
                })
                .findOne();
    }

    /** As {@code known_cost} of the database; a balance counts an unpriced call as nothing. */
    private static BigDecimal knownCost(BalanceView balance) {
        long calls = balance.usage().calls();
        return calls > 0 && balance.unpricedCalls() >= calls
                ? null
                : balance.usage().cost();
    }

    List<EndpointUsage> endpoints(TenantId id) {
        return transactions.read(
                id,
                transaction -> transaction
                        .createQuery("""
                        select * from endpoint_usage_summary order by cost_usd desc nulls last, endpoint, model""")
                        .map((row, context) -> new EndpointUsage(
                                row.getString("endpoint"),
                                row.getString("model"),
                                row.getLong("api_calls"),
                                row.getLong("total_tokens"),
                                row.getBigDecimal("cost_usd"),
                                row.getLong("avg_tokens_per_call"),
                                row.getBigDecimal("avg_cost_per_call")))
                        .list());
    }

    /** Exactly {@code days} days ending today, newest first. */
    List<DailyUsage> days(TenantId id, long days) {
        return transactions.read(id, transaction -> {
            LocalDate today = tenants.get(transaction, id).zones().dayOf(clock.instant());
            return transaction
                    .createQuery("""
                            select day::date as date, coalesce(api_calls, 0) as api_calls,
                                   coalesce(unique_users, 0) as unique_users,
                                   coalesce(total_tokens, 0) as total_tokens,
                                   case when date is null then 0 else cost_usd end as cost_usd
                            from generate_series(:first::timestamp, :today::timestamp, interval '1 day') as day
                            left join daily_usage_summary on date = day::date
                            order by day desc""")
                    .bind("first", today.minusDays(days - 1))
                    .bind("today", today)
                    .map((row, context) -> new DailyUsage(
                            row.getObject("date", LocalDate.class),
                            row.getLong("api_calls"),
                            row.getLong("unique_users"),
                            row.getLong("total_tokens"),
                            row.getBigDecimal("cost_usd")))
                    .list();
        });
    }

    private static Object jsonId(ResultSet row) throws SQLException {
        return JsonUserId.toJson(row.getString("user_id"), row.getObject("user_id_is_number", Boolean.class));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
