package io.tokentally.intake;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Numbers as JSON has them: {@code 12}, {@code 12.0} and {@code 1.2e1} are one number. Nothing is expanded before its
 * size is known, so {@code 1e999999999} costs no memory.
 */
final class Numbers {

    static final int MAX_DIGITS = 40;
    static final int MAX_EXPONENT = 308;

    private Numbers() {}

    /** The whole number from {@code least} to {@code most} (both inclusive), or empty for anything else. */
    static Optional<Long> whole(JsonNode node, long least, long most) {
        return exact(node)
                .filter(number -> number.compareTo(BigDecimal.valueOf(least)) >= 0)
                .filter(number -> number.compareTo(BigDecimal.valueOf(most)) <= 0)
                .filter(number -> number.stripTrailingZeros().scale() <= 0)
                .map(BigDecimal::longValueExact);
    }

    /** A number that is fit to be stored and printed plain, without trailing zeros; empty for anything else. */
    static Optional<BigDecimal> modest(JsonNode node) {
        return exact(node)
                .map(BigDecimal::stripTrailingZeros)
                .filter(Numbers::isModest)
                .map(Numbers::plain);
    }

    private static Optional<BigDecimal> exact(JsonNode node) {
        return node.isNumber() && isFinite(node) ? Optional.of(node.decimalValue()) : Optional.empty();
    }

    private static boolean isFinite(JsonNode number) {
        return !number.isDouble() && !number.isFloat() || Double.isFinite(number.doubleValue());
    }

    private static boolean isModest(BigDecimal number) {
        long exponent = (long) number.precision() - number.scale();
        return number.precision() <= MAX_DIGITS && Math.abs(exponent) <= MAX_EXPONENT;
    }

    private static BigDecimal plain(BigDecimal number) {
        return number.scale() < 0 ? number.setScale(0) : number;
    }
}
