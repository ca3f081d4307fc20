/**
 * The door to the admin portal: which ways to sign in there are, and the exchange of a one-time link for an access token.
 *
 * <p>Owns no table; owns the folder {@code sign-in} of the data folder, which start-up and {@code ./tokentally link} write
 * to. May know shared, tenancy.
 */
package io.tokentally.portal;
