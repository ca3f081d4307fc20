package io.tokentally.quota;

import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Tenant;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The tiers of some tenants, read in the transaction that decides by them. */
public final class TierLimits {

    private record Key(TenantId tenant, String tier) {}

    private final Map<Key, MonthlyLimits> limits;

    private TierLimits(Map<Key, MonthlyLimits> limits) {
        this.limits = limits;
    }

    /** For decisions without a database. */
    public static TierLimits of(TenantId tenant, Map<String, MonthlyLimits> tiers) {
        var limits = new TierLimits(new HashMap<>());
        tiers.forEach((tier, known) -> limits.limits.put(new Key(tenant, tier), known));
        return limits;
    }

    public static TierLimits of(Handle transaction, Collection<TenantId> tenants) {
        return transaction
                .createQuery("""
                        select tenant_id, tier, max_monthly_tokens, max_monthly_cost, max_monthly_calls
                        from tier where tenant_id = any(:tenants)""")
                .bindArray(
                        "tenants",
                        String.class,
                        tenants.stream().map(TenantId::value).toList())
                .reduceRows(new TierLimits(new HashMap<>()), (tiers, row) -> {
                    tiers.limits.put(
                            new Key(
                                    new TenantId(row.getColumn("tenant_id", String.class)),
                                    row.getColumn("tier", String.class)),
                            new MonthlyLimits(
                                    row.getColumn("max_monthly_tokens", Long.class),
                                    row.getColumn("max_monthly_cost", BigDecimal.class),
                                    row.getColumn("max_monthly_calls", Long.class)));
                    return tiers;
                });
    }

    /** Where a user stands; {@code user} null asks about the tenant alone. */
    public Standing standing(Tenant tenant, KnownUser user, Balance ofUser, Balance ofTenant, Instant resetsAt) {
        Level tenantLevel = new Level(Level.Name.TENANT, ofTenant.used(), ofTenant.held(), tenant.limits());
        if (user == null) {
            return new Standing(null, null, tenantLevel, ofTenant.unpricedCalls(), resetsAt);
        }
        String tier = user.tier() == null ? tenant.defaultTier() : user.tier();
        Level userLevel =
                new Level(Level.Name.USER, ofUser.used(), ofUser.held(), user.limitsOver(limitsOf(tenant.id(), tier)));
        return new Standing(tier, userLevel, tenantLevel, ofUser.unpricedCalls(), resetsAt);
    }

    private MonthlyLimits limitsOf(TenantId tenant, String tier) {
        MonthlyLimits found = limits.get(new Key(tenant, tier));
        if (found == null) {
            throw new IllegalStateException("a user or tenant is on a tier that does not exist");
        }
        return found;
    }
}
