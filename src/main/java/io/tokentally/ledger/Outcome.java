package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import java.time.LocalDate;
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

    /**
     * A new event of a month whose rows are no longer kept: nothing changed.
     *
     * @param openFrom the next day whose events are recorded
     */
    record BeyondRetention(LocalDate openFrom) implements Outcome {}

    /** It could not be written, and it alone; only among many. */
    record Rejected(RuntimeException failure) implements Outcome {}
}
