package io.tokentally.ledger;

import io.tokentally.shared.Refusal;

/** What was settled cannot be released: the call has happened. */
public final class ReservationSettled extends Refusal {

    ReservationSettled() {
        super(
                Kind.CONFLICT,
                "reservation_settled",
                "This reservation was settled by an event; there is nothing to release.");
    }
}
