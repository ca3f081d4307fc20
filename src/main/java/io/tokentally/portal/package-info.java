/**
 * The admin portal at {@code /admin}: its one page and what that may load, which ways to sign in there are, and the exchange
 * of a one-time link for an access token. What people see is in {@code src/main/resources/web/app}, which knows this service by
 * its public API alone.
 *
 * <p>Owns no table; owns the folder {@code sign-in} of the data folder, which start-up and {@code ./tokentally link} write
 * to. May know shared, tenancy.
 */
package io.tokentally.portal;
