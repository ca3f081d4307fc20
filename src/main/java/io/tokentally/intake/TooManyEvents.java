package io.tokentally.intake;

import io.tokentally.shared.Refusal;

/** An array is longer than one request may carry. Nothing was written. */
final class TooManyEvents extends Refusal {

    TooManyEvents() {
        super(
                Kind.TOO_LARGE,
                "too_large",
                "Send at most " + UsageEventResource.MOST_EVENTS + " events in one request. Nothing was written.");
    }
}
