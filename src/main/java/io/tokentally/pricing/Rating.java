package io.tokentally.pricing;

import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.stream.Stream;

/** Tokens times rates: exact, nothing is rounded. */
public final class Rating {

    /** Rates are per 1,000,000 tokens. */
    private static final int RATE_UNIT_DIGITS = 6;

    private Rating() {}

    /** @param occurredAt when the call happened: a band may end while its price goes on */
    public static Cost rate(Price price, TokenCounts tokens, Instant occurredAt) {
        Rates rates = price.ratesFor(tokens, occurredAt);
        return new Cost(input(rates, tokens), output(rates, tokens));
    }

    /**
     * The most a call can cost at this instant with no more than these tokens, whatever part of the prompt is read from
     * a cache or written to one, and whether or not it reaches a long-context band.
     */
    public static BigDecimal most(Price price, long promptTokens, long completionTokens, Instant at) {
        TokenCounts whole = TokenCounts.of(promptTokens, completionTokens);
        return Stream.concat(
                        Stream.of(price.rates()),
                        price.bands().stream()
                                .filter(band -> band.appliesTo(whole, at))
                                .map(Band::rates))
                .map(rates ->
                        perToken(dearestInput(rates), promptTokens).add(perToken(rates.output(), completionTokens)))
                .reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    private static BigDecimal dearestInput(Rates rates) {
        return Stream.of(rates.input(), rates.billedCacheRead(), rates.billedCacheWrite5m(), rates.billedCacheWrite1h())
                .reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    private static BigDecimal input(Rates rates, TokenCounts tokens) {
        return perToken(rates.input(), tokens.uncachedPrompt())
                .add(perToken(rates.billedCacheRead(), tokens.cacheRead()))
                .add(perToken(rates.billedCacheWrite5m(), tokens.cacheWrite5m()))
                .add(perToken(rates.billedCacheWrite1h(), tokens.cacheWrite1h()));
    }

    private static BigDecimal output(Rates rates, TokenCounts tokens) {
        return perToken(rates.output(), tokens.completion());
    }

    private static BigDecimal perToken(BigDecimal ratePerMillion, long tokens) {
        return ratePerMillion.multiply(BigDecimal.valueOf(tokens)).movePointLeft(RATE_UNIT_DIGITS);
    }
}
