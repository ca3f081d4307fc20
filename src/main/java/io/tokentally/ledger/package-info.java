/**
 * The only writer of usage. It takes commands, applies each once, and changes the event's identity, the event, the
 * rollups and the balances in one transaction. The self-check proves that they agree, and mends what does not.
 * An erasure clears what a person's events say of them and leaves every figure.
 *
 * <p>Owns {@code user_api_usage}, {@code event_key}, the {@code rollup_*} tables, {@code quota_balance},
 * {@code tenant_balance}, {@code sealed_month} and {@code usage_seal}. May know shared, tenancy, pricing, quota.
 */
package io.tokentally.ledger;
