/**
 * The same numbers as files for accounting: CSV (RFC 4180), streamed row by row from one snapshot. And all that is held
 * about one person, as JSON.
 *
 * <p>Owns no table. May know shared, tenancy, reporting.
 */
package io.tokentally.export;
