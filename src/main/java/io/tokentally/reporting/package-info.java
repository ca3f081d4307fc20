/**
 * What callers read: the seeds' reports, from the sums the ledger keeps and never from the rows, through the same views
 * that SQL users query; and single calls, from the rows by index.
 *
 * <p>Owns the views of {@code R__3_views.sql}. May know shared, tenancy, quota.
 */
package io.tokentally.reporting;
