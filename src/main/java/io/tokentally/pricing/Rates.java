package io.tokentally.pricing;

import io.tokentally.shared.Money;
import java.math.BigDecimal;
import java.util.stream.Stream;

/**
 * US dollars per 1,000,000 tokens of each kind. A cache rate nobody stated is null and billed at the input rate: never
 * as zero, which would make cached tokens free.
 *
 * @param cacheRead nullable
 * @param cacheWrite5m the rate of the provider's default cache life; nullable
 * @param cacheWrite1h nullable; where it is not stated the default cache write rate stands in
 */
public record Rates(
        BigDecimal input, BigDecimal output, BigDecimal cacheRead, BigDecimal cacheWrite5m, BigDecimal cacheWrite1h) {

    public Rates {
        if (input == null || output == null) {
            throw new IllegalArgumentException("an input and an output rate are required");
        }
        if (Stream.of(input, output, cacheRead, cacheWrite5m, cacheWrite1h)
                .anyMatch(rate -> rate != null && rate.signum() < 0)) {
            throw new IllegalArgumentException("rates are never negative");
        }
        input = Money.normal(input);
        output = Money.normal(output);
        cacheRead = Money.normal(cacheRead);
        cacheWrite5m = Money.normal(cacheWrite5m);
        cacheWrite1h = Money.normal(cacheWrite1h);
    }

    public BigDecimal billedCacheRead() {
        return cacheRead == null ? input : cacheRead;
    }

    public BigDecimal billedCacheWrite5m() {
        return cacheWrite5m == null ? input : cacheWrite5m;
    }

    public BigDecimal billedCacheWrite1h() {
        return cacheWrite1h == null ? billedCacheWrite5m() : cacheWrite1h;
    }
}
