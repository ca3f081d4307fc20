package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;
import java.util.Map;

/** The door is closed, and somebody who came in before has not finished writing. */
final class WritesUnderWay extends Refusal {

    WritesUnderWay() {
        super(
                Kind.UNAVAILABLE,
                "writes_under_way",
                "The tenant is refused from now on, but a write that began before has not ended. Send the same again.");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Retry-After", "2");
    }
}
