package io.tokentally.quota;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.tenancy.DefaultTierChosen;
import io.tokentally.tenancy.TenantCreated;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tiers of the tenant this transaction is bound to. */
@ApplicationScoped
class Tiers implements PanacheRepositoryBase<Tier, Tier.Key> {

    /** What every new tenant starts with: the seeds' table. */
    private static final Map<String, MonthlyLimits> DEFAULTS = defaults();

    /** By name; of a tenant that was never written to, the default ones. */
    Map<String, MonthlyLimits> orDefaults(String tenantId) {
        var limits = new LinkedHashMap<String, MonthlyLimits>();
        list("tenantId", Sort.by("tier"), tenantId).forEach(tier -> limits.put(tier.tier, tier.limits()));
        return limits.isEmpty() ? DEFAULTS : limits;
    }

    /** As callers read them. */
    List<TierView> views(String tenantId) {
        return orDefaults(tenantId).entrySet().stream()
                .map(tier -> new TierView(tier.getKey(), tier.getValue()))
                .toList();
    }

    void save(String tenantId, String name, MonthlyLimits limits) {
        Tier existing = findById(new Tier.Key(tenantId, name));
        if (existing == null) {
            persist(newTier(tenantId, name, limits));
        } else {
            existing.limits(limits);
        }
        flush();
    }

    /** The limits of a tier; of a tenant that was never written to, the default ones. */
    MonthlyLimits limitsOf(String tenantId, String tier) {
        Tier found = findById(new Tier.Key(tenantId, tier));
        MonthlyLimits limits = found == null ? DEFAULTS.get(tier) : found.limits();
        if (limits == null) {
            throw new IllegalStateException("a user or tenant is on a tier that does not exist");
        }
        return limits;
    }

    boolean exists(String tenantId, String tier) {
        return findById(new Tier.Key(tenantId, tier)) != null;
    }

    void addDefaults(@Observes TenantCreated created) {
        if (!DEFAULTS.containsKey(created.defaultTier())) {
            throw new InvalidInput(
                    List.of(new FieldError("default_tier", "must be one of " + String.join(", ", DEFAULTS.keySet()))));
        }
        DEFAULTS.forEach((name, limits) -> persist(newTier(created.tenant().value(), name, limits)));
        flush();
    }

    void mustExist(@Observes DefaultTierChosen chosen) {
        if (!exists(chosen.tenant().value(), chosen.tier())) {
            throw new InvalidInput("default_tier", "must be one of the tenant's tiers; GET /api/tiers lists them");
        }
    }

    static Tier newTier(String tenantId, String name, MonthlyLimits limits) {
        Tier tier = new Tier();
        tier.tenantId = tenantId;
        tier.tier = name;
        tier.limits(limits);
        return tier;
    }

    private static Map<String, MonthlyLimits> defaults() {
        var tiers = new LinkedHashMap<String, MonthlyLimits>();
        tiers.put("free", new MonthlyLimits(100_000L, new BigDecimal("0.50"), 50L));
        tiers.put("basic", new MonthlyLimits(500_000L, new BigDecimal("2.50"), 250L));
        tiers.put("pro", new MonthlyLimits(2_000_000L, new BigDecimal("10.00"), 1_000L));
        tiers.put("unlimited", MonthlyLimits.NONE);
        return tiers;
    }
}
