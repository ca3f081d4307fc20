package io.tokentally.quota;

import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Tenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Reads where somebody stands in the month of an instant. Never creates a user. */
@ApplicationScoped
public class Standings {

    /** A hold that is due is expired, also while nothing has been decided since that would have struck it off. */
    private static final String MONTH = """
            select b.used_prompt_tokens + b.used_completion_tokens as used_tokens, b.used_cost, b.used_calls,
                   b.held_tokens - due.tokens as held_tokens, b.held_cost - due.cost as held_cost,
                   b.held_calls - due.calls as held_calls, b.unpriced_calls
            from %s b, lateral (
                select coalesce(sum(r.held_tokens), 0)::bigint as tokens, coalesce(sum(r.held_cost), 0) as cost,
                       coalesce(sum(r.held_calls), 0)::bigint as calls
                from reservation r
                where r.tenant_id = b.tenant_id and r.state = 'held' and r.expires_at <= :now and r.month = b.month%s) due
            where b.tenant_id = :tenant and b.month = :month%s""";

    private static final String TENANT_MONTH = MONTH.formatted("tenant_balance", "", "");
    private static final String USER_MONTH =
            MONTH.formatted("quota_balance", " and r.user_key = b.user_key", " and b.user_key = :user");

    private final Users users;
    private final Tiers tiers;

    Standings(Users users, Tiers tiers) {
        this.users = users;
        this.tiers = tiers;
    }

    /** @param user null asks about the tenant alone; an unknown user is on the default tier and has used nothing */
    public Standing at(Instant now, Handle transaction, Tenant tenant, UserId user) {
        LocalDate month = tenant.zones().monthOf(now).atDay(1);
        Balance ofTenant = balance(transaction.createQuery(TENANT_MONTH), tenant, month, now);
        Level tenantLevel = new Level(Level.Name.TENANT, ofTenant.used(), ofTenant.held(), tenant.limits());
        Instant resetsAt = tenant.zones().endOfMonth(now);
        if (user == null) {
            return new Standing(null, null, tenantLevel, ofTenant.unpricedCalls(), resetsAt);
        }
        Optional<AppUser> known = users.find(tenant.id(), user);
        String tier = known.map(row -> row.tier).orElse(tenant.defaultTier());
        MonthlyLimits ofTier = tiers.limitsOf(tenant.id().value(), tier);
        Balance ofUser = known.map(
                        row -> balance(transaction.createQuery(USER_MONTH).bind("user", row.key), tenant, month, now))
                .orElse(Balance.EMPTY);
        Level userLevel = new Level(
                Level.Name.USER,
                ofUser.used(),
                ofUser.held(),
                known.map(row -> row.limitsOver(ofTier)).orElse(ofTier));
        return new Standing(tier, userLevel, tenantLevel, ofUser.unpricedCalls(), resetsAt);
    }

    private static Balance balance(Query query, Tenant tenant, LocalDate month, Instant now) {
        return query.bind("tenant", tenant.id().value())
                .bind("month", month)
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .map((row, context) -> new Balance(
                        new Spend(
                                row.getLong("used_tokens"), row.getBigDecimal("used_cost"), row.getLong("used_calls")),
                        new Spend(
                                row.getLong("held_tokens"), row.getBigDecimal("held_cost"), row.getLong("held_calls")),
                        row.getLong("unpriced_calls")))
                .findOne()
                .orElse(Balance.EMPTY);
    }
}
