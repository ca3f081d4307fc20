package io.tokentally.http;

import io.tokentally.shared.Refusal;
import java.util.Map;

/** One credential sends more requests than its role allows. Nothing was read or written. */
final class RateLimited extends Refusal {

    private final long secondsToWait;

    RateLimited(long secondsToWait) {
        super(
                Kind.EXHAUSTED,
                "rate_limited",
                "Too many requests with this credential. Nothing was done; Retry-After says when to send it again.");
        this.secondsToWait = secondsToWait;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Retry-After", Long.toString(secondsToWait));
    }
}
