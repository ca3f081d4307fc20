package io.tokentally.ledger;

import io.tokentally.shared.Refusal;

/** A reversal is final; the call can be recorded again. */
public final class NotReversible extends Refusal {

    NotReversible() {
        super(Kind.CONFLICT, "not_reversible", "This is a reversal itself. Record the call again instead.");
    }
}
