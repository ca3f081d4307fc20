/**
 * Who is calling and for which organisation: tenants and their zones, the caller behind an access token, and the only
 * way to a transaction, which is always bound to one tenant.
 *
 * <p>Owns {@code tenant} and {@code tenant_zone}. May know shared.
 */
package io.tokentally.tenancy;
