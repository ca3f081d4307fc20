package io.tokentally.shared;

import java.math.BigDecimal;

/**
 * US dollars are {@link BigDecimal}, exact from price to CSV; {@code null} means unpriced, which is not zero. The one
 * rounding there is, cost per call, stands beside the sums in SQL ({@code average_cost_per_call}).
 */
public final class Money {

    private Money() {}

    /** The same amount without trailing zeros and without an exponent. */
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
}
