/**
 * Values every feature speaks: ids, money, token counts, field errors, the refusal base, the clock.
 *
 * <p>Owns no table and knows no other package. A type comes here when a second feature needs it, not before.
 */
package io.tokentally.shared;
