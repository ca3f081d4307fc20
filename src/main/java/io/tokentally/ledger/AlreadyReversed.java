package io.tokentally.ledger;

import io.tokentally.shared.Refusal;

/** An event is undone once. */
public final class AlreadyReversed extends Refusal {

    AlreadyReversed() {
        super(
                Kind.CONFLICT,
                "already_reversed",
                "This event was reversed before, for another reason. Nothing was changed.");
    }
}
