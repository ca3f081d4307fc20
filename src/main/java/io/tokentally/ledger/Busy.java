package io.tokentally.ledger;

import io.tokentally.shared.Refusal;
import java.util.Map;

/** Too many commands wait, or this one waited too long. It was not written. */
public final class Busy extends Refusal {

    Busy() {
        super(
                Kind.UNAVAILABLE,
                "busy",
                "Too much is waiting to be written. Nothing of this was written; send it again.");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Retry-After", "1");
    }
}
