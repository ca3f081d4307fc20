package io.tokentally.intake;

import io.tokentally.shared.Refusal;

/** The event id was recorded before with other content. Nothing was changed. */
final class EventConflict extends Refusal {

    static final String SENTENCE = "was recorded before with other content; nothing was changed";

    EventConflict() {
        super(Kind.CONFLICT, "event_conflict", "This event_id " + SENTENCE + ".");
    }
}
