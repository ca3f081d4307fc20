/**
 * What may be used: users and their tier, tiers and their limits, and what is left this month. The rules are pure
 * functions over {@link io.tokentally.quota.Standing}.
 *
 * <p>Owns {@code tier} and {@code app_user}; reads {@code quota_balance} and {@code tenant_balance}, which the ledger
 * writes. May know shared, tenancy.
 */
package io.tokentally.quota;
