/**
 * Who is calling and for which organisation: tenants and their zones, the principal behind an access token or an API key,
 * the door that refuses whoever may not come in, what was done by whom, and the only way to a transaction, which is always
 * bound to one tenant. How an access token is believed and read is {@code identity}'s.
 *
 * <p>Owns {@code tenant}, {@code tenant_zone}, {@code api_key} and {@code audit_log}. May know shared.
 */
package io.tokentally.tenancy;
