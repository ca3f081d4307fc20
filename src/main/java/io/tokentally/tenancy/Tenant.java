package io.tokentally.tenancy;

import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.TenantId;

/**
 * An organisation as a transaction sees it.
 *
 * @param defaultTier the tier of users who have none of their own
 * @param limits what the whole tenant may use in a month
 * @param allowsUnpriced whether calls without a known price may be reserved under a cost limit
 */
public record Tenant(
        TenantId id, String name, TenantZones zones, String defaultTier, MonthlyLimits limits, boolean allowsUnpriced) {

    static final String FIRST_DEFAULT_TIER = "free";

    /** A tenant nobody has written to yet reads as an empty one. */
    static Tenant notYetMade(TenantId id) {
        return new Tenant(id, id.value(), TenantZones.UTC, FIRST_DEFAULT_TIER, MonthlyLimits.NONE, false);
    }
}
