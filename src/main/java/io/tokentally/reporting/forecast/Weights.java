package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Exponential weights: the newest of a list counts 1, and each older one {@code fade} times as much as the one after it.
 */
record Weights(BigDecimal fade) {

    static Weights fading(String fade) {
        return new Weights(new BigDecimal(fade));
    }

    BigDecimal mean(List<BigDecimal> values) {
        return Rough.divided(sum(values), total(values.size()));
    }

    /** Oldest first, so that each step fades all that came before it. */
    BigDecimal sum(List<BigDecimal> values) {
        return values.stream().reduce(BigDecimal.ZERO, (faded, value) -> Rough.plus(Rough.times(faded, fade), value));
    }

    BigDecimal total(int size) {
        return sum(IntStream.range(0, size).mapToObj(any -> BigDecimal.ONE).toList());
    }
}
