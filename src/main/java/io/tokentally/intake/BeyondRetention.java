package io.tokentally.intake;

import io.tokentally.shared.FieldError;
import io.tokentally.shared.Refusal;
import java.time.LocalDate;

/** A new event of a month whose rows are no longer kept. Nothing was changed. */
final class BeyondRetention extends Refusal {

    BeyondRetention(LocalDate openFrom) {
        super(
                Kind.CONFLICT,
                "beyond_retention",
                "Events before " + openFrom + " are no longer accepted: their months are sealed.");
    }

    static FieldError error(LocalDate openFrom) {
        return new FieldError("occurred_at", "must not be before " + openFrom + ": earlier months are sealed");
    }
}
