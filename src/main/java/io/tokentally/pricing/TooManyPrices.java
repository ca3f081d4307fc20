package io.tokentally.pricing;

import io.tokentally.shared.Refusal;

/** All own prices are read with each call that is recorded, so their number is bounded. */
final class TooManyPrices extends Refusal {

    static final int MOST = 1_000;

    TooManyPrices() {
        super(
                Kind.CONFLICT,
                "too_many_prices",
                "A tenant has at most 1,000 prices of its own, ended ones included; remove one that has not begun.");
    }
}
