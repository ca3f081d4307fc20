/**
 * What callers read. The seeds' reports come from the sums the ledger keeps and never from the rows, through the same views
 * that SQL users query ({@link io.tokentally.reporting.Reports}). Breakdowns, series, sessions and comparisons are one query
 * ({@link io.tokentally.reporting.SumsQuery}) over sums where these can tell the calls apart, and over at most 92 days of
 * rows where they cannot. Single calls are read by index ({@link io.tokentally.reporting.Calls}).
 *
 * <p>Owns the views of {@code R__3_views.sql}. May know shared, tenancy, quota.
 */
package io.tokentally.reporting;
