package io.tokentally.ledger;

import java.time.LocalDate;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The usage days whose rows are dropped. They take no more events.
 *
 * @param untilByFrom for each seal its first day, inclusive, and its end, exclusive
 */
record SealedDays(NavigableMap<LocalDate, LocalDate> untilByFrom) {

    static final SealedDays NONE = new SealedDays(new TreeMap<>());

    boolean contain(LocalDate day) {
        return openAgainFrom(day).isPresent();
    }

    /** Empty when {@code day} is open; else the next day that is. */
    Optional<LocalDate> openAgainFrom(LocalDate day) {
        LocalDate open = day;
        for (var seal = untilByFrom.floorEntry(open);
                seal != null && open.isBefore(seal.getValue());
                seal = untilByFrom.floorEntry(open)) {
            open = seal.getValue();
        }
        return open.equals(day) ? Optional.empty() : Optional.of(open);
    }
}
