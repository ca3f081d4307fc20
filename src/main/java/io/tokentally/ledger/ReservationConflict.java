package io.tokentally.ledger;

import io.tokentally.shared.Refusal;

/** The same Idempotency-Key with another body. */
public final class ReservationConflict extends Refusal {

    ReservationConflict() {
        super(
                Kind.UNPROCESSABLE,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another reservation. Nothing was held.");
    }
}
