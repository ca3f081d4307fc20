package io.tokentally.reporting;

import io.tokentally.shared.QueryParameters;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;

/**
 * Usage days, in the tenant's zone.
 *
 * @param first inclusive
 * @param last inclusive
 */
record DateRange(LocalDate first, LocalDate last) {

    /** Single calls are read for no longer than this, whatever else is asked for. */
    static final long MOST_DAYS_OF_ROWS = 92;

    static final long MOST_DAYS = 3_660;

    static final DateRange ALL_TIME = new DateRange(LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31));

    /** What is meant where a caller names no day, or only one end. */
    sealed interface Otherwise {

        static Otherwise lastDays(long days) {
            return new LastDays(days);
        }

        record AllTime() implements Otherwise {}

        /** So many days up to the end that was named, and today when none was. */
        record LastDays(long days) implements Otherwise {}
    }

    static final Otherwise OR_ALL_TIME = new Otherwise.AllTime();

    /** So many days ending with this one. */
    static DateRange endingOn(LocalDate last, long days) {
        LocalDate first = last.minusDays(days - 1);
        return new DateRange(first.isBefore(ALL_TIME.first) ? ALL_TIME.first : first, last);
    }

    /** Null when a parameter was wrong; {@code parameters} has it. */
    static DateRange read(
            QueryParameters parameters,
            String startDate,
            String endDate,
            String days,
            Otherwise otherwise,
            Supplier<LocalDate> today) {
        LocalDate start = parameters.day("startDate", startDate);
        LocalDate end = parameters.day("endDate", endDate);
        long count = parameters.number("days", days, 0, 1, MOST_DAYS);
        if (days != null && (startDate != null || endDate != null)) {
            parameters.wrong("days", "must not be sent together with startDate or endDate");
            return null;
        }
        if (isWrong(startDate, start) || isWrong(endDate, end) || (days != null && count == 0)) {
            return null;
        }
        return days != null
                ? endingOn(today.get(), count)
                : between(start, end, otherwise, today).unlessItEndsBeforeItStarts(parameters);
    }

    private static boolean isWrong(String sent, LocalDate read) {
        return sent != null && read == null;
    }

    private static DateRange between(LocalDate start, LocalDate end, Otherwise otherwise, Supplier<LocalDate> today) {
        if (start != null && end != null) {
            return new DateRange(start, end);
        }
        return switch (otherwise) {
            case Otherwise.AllTime() ->
                new DateRange(start == null ? ALL_TIME.first : start, end == null ? ALL_TIME.last : end);
            case Otherwise.LastDays(long most) -> {
                LocalDate last = end == null ? today.get() : end;
                yield start == null ? endingOn(last, most) : new DateRange(start, last);
            }
        };
    }

    private DateRange unlessItEndsBeforeItStarts(QueryParameters parameters) {
        if (!last.isBefore(first)) {
            return this;
        }
        parameters.wrong("startDate", "must not be after endDate, which is today unless it is sent");
        parameters.wrong("endDate", "must not be before startDate");
        return null;
    }

    /** As many days right before, or as many as there are; null: there is none. */
    DateRange before() {
        return first.equals(ALL_TIME.first) ? null : endingOn(first.minusDays(1), days());
    }

    boolean isAllTime() {
        return equals(ALL_TIME);
    }

    /** Null: since ever. */
    LocalDate firstNamed() {
        return first.equals(ALL_TIME.first) ? null : first;
    }

    /** Null: until ever. */
    LocalDate lastNamed() {
        return last.equals(ALL_TIME.last) ? null : last;
    }

    long days() {
        return ChronoUnit.DAYS.between(first, last) + 1;
    }

    boolean isTooLongForRows() {
        return days() > MOST_DAYS_OF_ROWS;
    }
}
