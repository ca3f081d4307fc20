/**
 * The same numbers, and the lists that admins work with, as files: CSV (RFC 4180), streamed row by row from one snapshot.
 * And all that is held about one person, as JSON.
 *
 * <p>Owns no table. May know shared, tenancy, pricing, quota, reporting.
 */
package io.tokentally.export;
