package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Days of an invented application; the same seed makes the same days. */
record MadeDays(long seed, int growthPerMille, boolean hasBursts) {

    private static final int[] PERCENT_OF_WEEKDAY = {110, 110, 110, 100, 80, 30, 35};

    static MadeDays steady(long seed) {
        return new MadeDays(seed, 0, false);
    }

    static MadeDays growing(long seed) {
        return new MadeDays(seed, 10, false);
    }

    static MadeDays bursting(long seed) {
        return new MadeDays(seed, 0, true);
    }

    /** Around 100 on a plain weekday, give or take a third; on a day of a burst five times that. */
    List<BigDecimal> days(int days) {
        var random = new Random(seed);
        return IntStream.range(0, days)
                .mapToObj(day -> {
                    long base = 100L * PERCENT_OF_WEEKDAY[day % 7] * (1_000 + (long) growthPerMille * day);
                    int chance = 70 + random.nextInt(61);
                    int burst = hasBursts & random.nextInt(16) == 0 ? 5 : 1;
                    return BigDecimal.valueOf(base)
                            .multiply(BigDecimal.valueOf((long) chance * burst))
                            .divide(BigDecimal.valueOf(10_000_000), MathContext.DECIMAL64);
                })
                .toList();
    }
}
