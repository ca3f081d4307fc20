package io.tokentally.pricing;

import java.time.Instant;

/**
 * Another name for a model of the same provider. A later row of the same name moves it.
 *
 * @param from inclusive; null means since ever. An alias never reaches back before it
 */
record Alias(String provider, String alias, String model, Instant from) {

    boolean startsBy(Instant at) {
        return new Period(from, null).startsBy(at);
    }
}
