package io.tokentally.intake;

import io.tokentally.shared.Refusal;

/** A batch is longer than one request may carry. Nothing was written. */
final class TooManyEvents extends Refusal {

    TooManyEvents() {
        super(
                Kind.TOO_LARGE,
                "too_large",
                "Send at most " + SentEvents.MOST + " events in one request. Nothing was written.");
    }
}
