package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** Arithmetic of what is only estimated. */
final class Rough {

    /** More than a forecast knows. Products of two such numbers fit into a long, which makes a back-test cheap. */
    private static final MathContext DIGITS = new MathContext(9);

    private Rough() {}

    static List<BigDecimal> rounded(List<BigDecimal> values) {
        return values.stream().map(value -> value.round(DIGITS)).toList();
    }

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
