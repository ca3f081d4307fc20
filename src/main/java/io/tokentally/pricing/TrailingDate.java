package io.tokentally.pricing;

import java.time.YearMonth;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The snapshot date at the end of a model id: {@code -YYYYMMDD} or {@code -YYYY-MM-DD}, a day of the calendar. */
final class TrailingDate {

    private static final Pattern DATED =
            Pattern.compile("(?<name>.+)-(?<year>\\d{4})(?<dash>-?)(?<month>\\d{2})\\k<dash>(?<day>\\d{2})");

    private TrailingDate() {}

    /** The id without its date; empty when it ends in none. */
    static Optional<String> strip(String model) {
        Matcher dated = DATED.matcher(model);
        return dated.matches() && isDay(dated) ? Optional.of(dated.group("name")) : Optional.empty();
    }

    private static boolean isDay(Matcher dated) {
        int month = Integer.parseInt(dated.group("month"));
        return month >= 1
                && month <= 12
                && YearMonth.of(Integer.parseInt(dated.group("year")), month)
                        .isValidDay(Integer.parseInt(dated.group("day")));
    }
}
