/**
 * The HTTP edge in one place: refusals and faults become problem documents (RFC 9457), every answer carries a request
 * id, money is written plain. Nobody imports it.
 *
 * <p>Owns no table. May know shared, tenancy.
 */
package io.tokentally.http;
