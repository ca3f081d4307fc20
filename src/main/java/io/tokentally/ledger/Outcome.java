package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import java.util.UUID;

/** What became of one record command. */
public sealed interface Outcome {

    /**
     * @param cost null: unpriced
     * @param reservation what became of the reservation the event named; null: it named none
     */
    record Recorded(UUID id, Cost cost, ReservationStatus reservation) implements Outcome {}

    /** The same event again: the first answer, and nothing changed. */
    record Duplicate(UUID id, Cost cost, ReservationStatus reservation) implements Outcome {}

    /** The same identity with other content: nothing changed. */
    record Conflict() implements Outcome {}

    /** It could not be written, and it alone; only among many. */
    record Rejected(RuntimeException failure) implements Outcome {}
}
