package io.tokentally.pricing;

import io.tokentally.shared.TokenCounts;
import java.time.Instant;

/**
 * Other rates for long prompts. The whole request switches to them, output and cache included; they are not marginal.
 *
 * @param thresholdTokens compared with the whole prompt, cache reads and writes included
 * @param inclusive whether a prompt of exactly the threshold belongs to the band
 * @param from inclusive; null means as early as its price
 * @param until exclusive; null means as long as its price
 */
public record Band(long thresholdTokens, boolean inclusive, Instant from, Instant until, Rates rates) {

    public Band {
        if (thresholdTokens <= 0) {
            throw new IllegalArgumentException("a threshold is positive");
        }
        new Period(from, until);
    }

    boolean appliesTo(TokenCounts tokens, Instant at) {
        return reachedBy(tokens.prompt()) && new Period(from, until).contains(at);
    }

    private boolean reachedBy(long promptTokens) {
        return inclusive ? promptTokens >= thresholdTokens : promptTokens > thresholdTokens;
    }
}
