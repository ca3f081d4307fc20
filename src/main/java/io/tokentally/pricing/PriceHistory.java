package io.tokentally.pricing;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * The prices one provider has asked for one model.
 *
 * @param newestFirst never empty
 * @param reachesBack whether the oldest price also holds at every earlier instant, as in the default catalogue
 */
record PriceHistory(List<Price> newestFirst, boolean reachesBack) {

    private static final Comparator<Price> BY_START =
            Comparator.comparing(Price::from, Comparator.nullsFirst(Comparator.naturalOrder()));

    PriceHistory {
        newestFirst = newestFirst.stream().sorted(BY_START.reversed()).toList();
    }

    /** The price in force; of several the one that started last. Null when there is none. */
    Price at(Instant at) {
        for (Price price : newestFirst) {
            if (price.period().contains(at)) {
                return price;
            }
        }
        return precedes(at) ? newestFirst.getLast() : null;
    }

    private boolean precedes(Instant at) {
        return reachesBack && !newestFirst.getLast().period().startsBy(at);
    }
}
