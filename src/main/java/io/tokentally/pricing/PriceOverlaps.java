package io.tokentally.pricing;

import io.tokentally.shared.Refusal;

/** At some instant two own prices of one model would be in force. */
final class PriceOverlaps extends Refusal {

    PriceOverlaps() {
        super(
                Kind.CONFLICT,
                "price_overlaps",
                "Another price of yours for this model holds at that time; end or remove it first.");
    }
}
