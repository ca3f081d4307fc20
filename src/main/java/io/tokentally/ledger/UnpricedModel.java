package io.tokentally.ledger;

import io.tokentally.shared.Refusal;

/** A call whose cost nobody knows cannot be held under a cost limit. */
public final class UnpricedModel extends Refusal {

    UnpricedModel() {
        super(
                Kind.UNPROCESSABLE,
                "unpriced_model",
                "No price is known for this model, and a cost limit applies. Name the provider if the model has several, or lift the cost limit.");
    }
}
