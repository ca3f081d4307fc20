package io.tokentally.shared;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * US dollars are {@link BigDecimal}, exact from price to CSV. Rounding happens in presentation only, and only here;
 * {@code null} means unpriced, which is not zero.
 */
public final class Money {

    private static final int AVERAGE_DECIMALS = 6;

    private Money() {}

    /** The same amount without trailing zeros, and never in exponent notation when printed plain. */
    public static BigDecimal normal(BigDecimal amount) {
        if (amount == null) {
            return null;
        }
        BigDecimal stripped = amount.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** Digits and at most one point; {@code null} stays {@code null}. */
    public static String plain(BigDecimal amount) {
        return amount == null ? null : normal(amount).toPlainString();
    }

    /** Cost per call to 6 decimals, half even; zero calls cost zero each. */
    public static BigDecimal averagePerCall(BigDecimal total, long calls) {
        return calls == 0
                ? BigDecimal.ZERO
                : normal(total.divide(BigDecimal.valueOf(calls), AVERAGE_DECIMALS, RoundingMode.HALF_EVEN));
    }
}
