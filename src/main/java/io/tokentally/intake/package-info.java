/**
 * The doors: what comes in from outside becomes a command for the ledger, or a list of wrong fields. Today the JSON
 * event ({@code UsageEventReader}), many of them in an array or in NDJSON ({@code SentEvents}), and the usage objects of
 * the providers ({@link io.tokentally.intake.ProviderUsage}).
 *
 * <p>Reading is pure: no database, no clock of its own, and whatever the JSON, no exception. Content (prompts,
 * completions, queries) is never taken in.
 *
 * <p>Owns no table. May know shared, tenancy, pricing, quota, ledger.
 */
package io.tokentally.intake;
