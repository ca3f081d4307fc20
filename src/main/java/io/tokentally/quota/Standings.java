package io.tokentally.quota;

import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Tenant;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Reads where somebody stands in the month of an instant. Never creates a user. */
@ApplicationScoped
public class Standings {

    private record Month(Spend used, Spend held, long unpricedCalls) {

        static final Month EMPTY = new Month(Spend.NOTHING, Spend.NOTHING, 0);
    }

    private final Users users;
    private final Tiers tiers;

    Standings(Users users, Tiers tiers) {
        this.users = users;
        this.tiers = tiers;
    }

    /** @param user null asks about the tenant alone; an unknown user is on the default tier and has used nothing */
    public Standing at(Instant now, Handle transaction, Tenant tenant, UserId user) {
        LocalDate month = tenant.zones().monthOf(now).atDay(1);
        Month ofTenant = tenantMonth(transaction, tenant, month);
        Level tenantLevel = new Level(Level.Name.TENANT, ofTenant.used(), ofTenant.held(), tenant.limits());
        Instant resetsAt = tenant.zones().endOfMonth(now);
        if (user == null) {
            return new Standing(null, null, tenantLevel, ofTenant.unpricedCalls(), resetsAt);
        }
        Optional<AppUser> known = users.find(tenant.id(), user);
        String tier = known.map(row -> row.tier).orElse(tenant.defaultTier());
        MonthlyLimits ofTier = tiers.limitsOf(tenant.id().value(), tier);
        Month ofUser =
                known.map(row -> userMonth(transaction, tenant, row.key, month)).orElse(Month.EMPTY);
        Level userLevel = new Level(
                Level.Name.USER,
                ofUser.used(),
                ofUser.held(),
                known.map(row -> row.limitsOver(ofTier)).orElse(ofTier));
        return new Standing(tier, userLevel, tenantLevel, ofUser.unpricedCalls(), resetsAt);
    }

    private static Month userMonth(Handle transaction, Tenant tenant, long userKey, LocalDate month) {
        return month(transaction
                .createQuery("""
                        select used_prompt_tokens + used_completion_tokens as used_tokens, used_cost, used_calls,
                               held_tokens, held_cost, held_calls, unpriced_calls
                        from quota_balance
                        where tenant_id = :tenant and user_key = :user and month = :month""")
                .bind("tenant", tenant.id().value())
                .bind("user", userKey)
                .bind("month", month));
    }

    private static Month tenantMonth(Handle transaction, Tenant tenant, LocalDate month) {
        return month(
                transaction.createQuery("""
                        select used_prompt_tokens + used_completion_tokens as used_tokens, used_cost, used_calls,
                               held_tokens, held_cost, held_calls, unpriced_calls
                        from tenant_balance
                        where tenant_id = :tenant and month = :month""").bind("tenant", tenant.id().value()).bind("month", month));
    }

    private static Month month(Query query) {
        return query.map((row, context) -> new Month(
                        new Spend(
                                row.getLong("used_tokens"), row.getBigDecimal("used_cost"), row.getLong("used_calls")),
                        new Spend(
                                row.getLong("held_tokens"), row.getBigDecimal("held_cost"), row.getLong("held_calls")),
                        row.getLong("unpriced_calls")))
                .findOne()
                .orElse(Month.EMPTY);
    }
}
