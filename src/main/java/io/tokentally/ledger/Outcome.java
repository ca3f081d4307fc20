package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import java.util.UUID;

/** What became of one record command. */
public sealed interface Outcome {

    /** @param cost null: unpriced */
    record Recorded(UUID id, Cost cost) implements Outcome {}

    /** The same event again: the first answer, and nothing changed. */
    record Duplicate(UUID id, Cost cost) implements Outcome {}

    /** The same identity with other content: nothing changed. */
    record Conflict() implements Outcome {}
}
