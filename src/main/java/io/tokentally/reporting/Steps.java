package io.tokentally.reporting;

import io.tokentally.tenancy.TenantZones;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The steps of a series, without a gap: the hours, days, weeks (from Monday) or months of some days. The first and the last
 * are cut where the days are. An hour is an hour: a day on which the clocks change has 23 or 25 of them.
 */
sealed interface Steps {

    enum Size {
        HOUR,
        DAY,
        WEEK,
        MONTH
    }

    /** How each is called in an answer, oldest first. */
    List<String> names();

    /** Their names as PostgreSQL gives them, over {@code period} or the rows' own columns, in the order of {@link #names}. */
    List<String> keys();

    /** What gives {@link #keys} in SQL. */
    String expression();

    static Steps of(Size size, DateRange days, TenantZones zones) {
        return switch (size) {
            case HOUR -> Hours.of(days, zones);
            case DAY -> Days.of(size, days, day -> day);
            case WEEK -> Days.of(size, days, day -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
            case MONTH -> Days.of(size, days, day -> YearMonth.from(day).atDay(1));
        };
    }

    /** @param ranges what of each step is in the days */
    record Days(Size size, List<String> names, List<DateRange> ranges) implements Steps {

        private static Days of(Size size, DateRange days, UnaryOperator<LocalDate> startOf) {
            var names = new ArrayList<String>();
            var ranges = new ArrayList<DateRange>();
            LocalDate first = days.first();
            for (LocalDate start = startOf.apply(first); !first.isAfter(days.last()); start = first) {
                LocalDate next = next(size, start);
                LocalDate last = next.isAfter(days.last()) ? days.last() : next.minusDays(1);
                names.add(start.toString());
                ranges.add(new DateRange(first, last));
                first = next;
            }
            return new Days(size, names, ranges);
        }

        private static LocalDate next(Size size, LocalDate start) {
            return switch (size) {
                case WEEK -> start.plusWeeks(1);
                case MONTH -> start.plusMonths(1);
                case HOUR, DAY -> start.plusDays(1);
            };
        }

        @Override
        public List<String> keys() {
            return names;
        }

        @Override
        public String expression() {
            return switch (size) {
                case WEEK -> "date_trunc('week', period)::date";
                case MONTH -> "date_trunc('month', period)::date";
                case HOUR, DAY -> "period";
            };
        }
    }

    record Hours(List<OffsetDateTime> starts, List<String> names, List<String> keys) implements Steps {

        private static final Instant FIRST =
                DateRange.ALL_TIME.first().atStartOfDay(ZoneOffset.UTC).toInstant();
        private static final Instant LAST =
                DateRange.ALL_TIME.last().atStartOfDay(ZoneOffset.UTC).toInstant();

        private static Hours of(DateRange days, TenantZones zones) {
            Instant until = start(days.last().plusDays(1), zones);
            List<OffsetDateTime> starts = Stream.iterate(
                            start(days.first(), zones),
                            hour -> hour.isBefore(until),
                            hour -> hour.plus(1, ChronoUnit.HOURS))
                    .map(hour -> hour.atZone(zones.at(hour)).toOffsetDateTime())
                    .toList();
            return new Hours(
                    starts,
                    starts.stream()
                            .map(DateTimeFormatter.ISO_OFFSET_DATE_TIME::format)
                            .toList(),
                    IntStream.rangeClosed(1, starts.size())
                            .mapToObj(String::valueOf)
                            .toList());
        }

        /** PostgreSQL knows no instant before the first day or after the last. */
        private static Instant start(LocalDate day, TenantZones zones) {
            ZoneId zone = zones.at(day.atStartOfDay(ZoneOffset.UTC).toInstant());
            Instant start = day.atStartOfDay(zone).toInstant();
            return start.isBefore(FIRST) ? FIRST : start.isAfter(LAST) ? LAST : start;
        }

        /** Ordinals. The array is made once, not for each row. */
        @Override
        public String expression() {
            return "greatest(width_bucket(occurred_at, (select :hours::timestamptz[])), 1)";
        }
    }
}
