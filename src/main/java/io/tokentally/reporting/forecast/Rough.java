package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** Arithmetic of what is only estimated: sixteen digits are more than a forecast knows. */
final class Rough {

    static final MathContext DIGITS = MathContext.DECIMAL64;

    private Rough() {}

    static BigDecimal times(BigDecimal one, BigDecimal other) {
        return one.multiply(other, DIGITS);
    }

    static BigDecimal plus(BigDecimal one, BigDecimal other) {
        return one.add(other, DIGITS);
    }

    static BigDecimal minus(BigDecimal one, BigDecimal other) {
        return one.subtract(other, DIGITS);
    }

    static BigDecimal divided(BigDecimal one, BigDecimal other) {
        return one.divide(other, DIGITS);
    }

    static BigDecimal divided(BigDecimal one, long other) {
        return one.divide(BigDecimal.valueOf(other), DIGITS);
    }

    /** Exact. */
    static BigDecimal sum(List<BigDecimal> values) {
        return values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    static <T> List<T> last(List<T> values, int most) {
        return values.subList(Math.max(0, values.size() - most), values.size());
    }
}
