package io.tokentally.quota;

import io.tokentally.shared.MonthlyLimits;

/**
 * A user as a transaction of the ledger sees them.
 *
 * @param key stands for the user in facts, sums and holds
 * @param tier null: the tenant's default tier
 * @param overrides the limits they have instead of their tier's
 */
public record KnownUser(long key, String tier, LimitOverrides overrides) {

    /** Of an id that was never seen, or is nobody's any more: on the default tier, with nothing used. No row has this key. */
    public static final KnownUser NOBODY = new KnownUser(-1, null, LimitOverrides.parse(null));

    public boolean isNobody() {
        return key == NOBODY.key;
    }

    MonthlyLimits limitsOver(MonthlyLimits ofTier) {
        return overrides.over(ofTier);
    }
}
