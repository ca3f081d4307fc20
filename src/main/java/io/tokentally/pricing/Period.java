package io.tokentally.pricing;

import java.time.Instant;

/**
 * A stretch of time.
 *
 * @param from inclusive; null means since ever
 * @param until exclusive; null means open
 */
record Period(Instant from, Instant until) {

    Period {
        if (from != null && until != null && !from.isBefore(until)) {
            throw new IllegalArgumentException("a period ends after it starts");
        }
    }

    boolean contains(Instant at) {
        return startsBy(at) && (until == null || at.isBefore(until));
    }

    boolean startsBy(Instant at) {
        return from == null || !at.isBefore(from);
    }

    /** Whether it is over at the end of another period; a null end is never. */
    boolean endsBy(Instant end) {
        return until != null && (end == null || !until.isAfter(end));
    }

    boolean overlaps(Period other) {
        return startsBeforeEndOf(other) && other.startsBeforeEndOf(this);
    }

    private boolean startsBeforeEndOf(Period other) {
        return from == null || other.until == null || from.isBefore(other.until);
    }
}
