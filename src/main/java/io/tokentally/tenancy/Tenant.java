package io.tokentally.tenancy;

import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.Refusal;
import io.tokentally.shared.TenantId;
import java.time.Instant;

/**
 * An organisation as a transaction sees it.
 *
 * @param defaultTier the tier of users who have none of their own
 * @param limits what the whole tenant may use in a month
 * @param allowsUnpriced whether calls without a known price may be reserved under a cost limit
 * @param suspendedAt since when it is refused everything; null: it is not
 * @param removedAt since when its rows are being, or have been, taken away; null: they are not
 */
public record Tenant(
        TenantId id,
        String name,
        TenantZones zones,
        String defaultTier,
        MonthlyLimits limits,
        boolean allowsUnpriced,
        Instant createdAt,
        Instant suspendedAt,
        Instant removedAt) {

    static final String FIRST_DEFAULT_TIER = "free";

    /** A tenant nobody has written to yet reads as an empty one. */
    static Tenant notYetMade(TenantId id) {
        return new Tenant(
                id, id.value(), TenantZones.UTC, FIRST_DEFAULT_TIER, MonthlyLimits.NONE, false, null, null, null);
    }

    public boolean isActive() {
        return suspendedAt == null;
    }

    /** Why it may not write. */
    Refusal refusal() {
        return removedAt == null ? new TenantSuspended() : new UnknownTenant();
    }
}
