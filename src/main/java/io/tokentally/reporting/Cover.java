package io.tokentally.reporting;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sums of which periods give the sums of some days: those of whole months, and of the days at the ends. Where more than
 * half of a month is wanted it is the month less its other days, for sums can be subtracted.
 */
final class Cover {

    /** The only period of {@link Grain#EVER}. */
    static final LocalDate SINCE_EVER = LocalDate.of(1, 1, 1);

    enum Grain {
        DAY,
        MONTH,
        EVER
    }

    /**
     * All sums of a grain whose period begins on one of these days.
     *
     * @param sign 1, or -1 for what is to be subtracted
     */
    record Piece(Grain grain, LocalDate first, LocalDate last, int sign) {

        boolean isOnePeriod() {
            return switch (grain) {
                case DAY -> first.equals(last);
                case MONTH -> YearMonth.from(first).equals(YearMonth.from(last));
                case EVER -> true;
            };
        }

        /** In the tables. */
        String grainInSql() {
            return grain.name().toLowerCase(Locale.ROOT);
        }
    }

    private final List<Piece> pieces = new ArrayList<>();

    private Cover() {}

    static List<Piece> of(DateRange range) {
        if (range.equals(DateRange.ALL_TIME)) {
            return List.of(new Piece(Grain.EVER, SINCE_EVER, SINCE_EVER, 1));
        }
        var cover = new Cover();
        YearMonth first = YearMonth.from(range.first());
        YearMonth last = YearMonth.from(range.last());
        cover.addPartOf(first, range);
        if (first.plusMonths(1).isBefore(last)) {
            cover.pieces.add(new Piece(
                    Grain.MONTH, first.plusMonths(1).atDay(1), last.atDay(1).minusDays(1), 1));
        }
        if (first.isBefore(last)) {
            cover.addPartOf(last, range);
        }
        return List.copyOf(cover.pieces);
    }

    /** Of sums that are not kept by month. */
    static List<Piece> ofDays(DateRange range) {
        return range.equals(DateRange.ALL_TIME)
                ? of(range)
                : List.of(new Piece(Grain.DAY, range.first(), range.last(), 1));
    }

    private void addPartOf(YearMonth month, DateRange range) {
        LocalDate from = later(month.atDay(1), range.first());
        LocalDate to = earlier(month.atEndOfMonth(), range.last());
        long wanted = new DateRange(from, to).days();
        if (wanted <= month.lengthOfMonth() - wanted) {
            addDays(from, to, 1);
        } else {
            pieces.add(new Piece(Grain.MONTH, month.atDay(1), month.atDay(1), 1));
            addDays(month.atDay(1), from.minusDays(1), -1);
            addDays(to.plusDays(1), month.atEndOfMonth(), -1);
        }
    }

    private void addDays(LocalDate from, LocalDate to, int sign) {
        if (!to.isBefore(from)) {
            pieces.add(new Piece(Grain.DAY, from, to, sign));
        }
    }

    private static LocalDate later(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? one : other;
    }

    private static LocalDate earlier(LocalDate one, LocalDate other) {
        return one.isBefore(other) ? one : other;
    }
}
