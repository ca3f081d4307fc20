package io.tokentally.reporting.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.tenancy.TenantZones;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionTest {

    private static final BigDecimal HALF = new BigDecimal("0.5");

    /** A series and where its month stands. {@code past} holds the days of this month before today too. */
    private record Case(List<BigDecimal> past, BigDecimal today, DaysAhead month) {

        Projection projection() {
            List<BigDecimal> before = Rough.last(past, month.today().getDayOfMonth() - 1);
            return Projection.of(
                    past, Stream.concat(before.stream(), Stream.of(today)).toList(), month);
        }

        Case times(BigDecimal factor) {
            return new Case(past.stream().map(factor::multiply).toList(), today.multiply(factor), month);
        }
    }

    @Provide
    Arbitrary<Case> anyMonth() {
        Arbitrary<BigDecimal> amounts = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(BigDecimal.ZERO)),
                Tuple.of(
                        6,
                        Arbitraries.bigDecimals()
                                .between(BigDecimal.ZERO, BigDecimal.valueOf(1_000))
                                .ofScale(6)),
                Tuple.of(
                        1,
                        Arbitraries.bigDecimals()
                                .between(BigDecimal.ZERO, BigDecimal.valueOf(1_000_000))
                                .ofScale(9)));
        return Combinators.combine(
                        amounts.list().ofMinSize(0).ofMaxSize(120),
                        amounts,
                        Arbitraries.integers().between(0, 800),
                        Arbitraries.bigDecimals()
                                .between(BigDecimal.ZERO, BigDecimal.ONE)
                                .ofScale(9))
                .as((past, today, day, rest) -> new Case(
                        past, today, new DaysAhead(LocalDate.of(2026, 1, 1).plusDays(day), rest)));
    }

    /** Each day is rounded down, so that days may come to less than their month: by less than a millionth a day. */
    @Property(tries = 100)
    void hasDaysThatComeToTheMonth(@ForAll("anyMonth") Case any) {
        Projection projection = any.projection();
        List<Forecast.Day> days = projection.byDay(6);

        if (any.past.isEmpty()) {
            assertThat(days).isNull();
            return;
        }
        BigDecimal tolerance = new BigDecimal("0.000001").multiply(BigDecimal.valueOf(days.size() + 1L));
        assertThat(days).hasSize(any.month.count());
        assertThat(days.getFirst().date()).isEqualTo(any.month.today());
        assertThat(days)
                .allMatch(day -> day.lower() == null || day.lower().compareTo(day.projected()) <= 0)
                .allMatch(day -> day.upper() == null || day.upper().compareTo(day.projected()) >= 0);
        assertThat(comesTo(days, Forecast.Day::projected).add(projection.used()))
                .isBetween(projection.total(6).subtract(tolerance), projection.total(6));
        if (projection.lower() != null) {
            BigDecimal lower = projection.lowerTotal(6);
            BigDecimal inexact = lower.movePointLeft(6).add(tolerance);
            assertThat(comesTo(days, Forecast.Day::lower).add(projection.used()))
                    .isBetween(lower.subtract(inexact), lower.add(inexact));
            assertThat(comesTo(days, Forecast.Day::upper).add(projection.used()))
                    .isBetween(
                            projection.upperTotal(6).subtract(tolerance),
                            projection.upperTotal(6).add(tolerance));
        }
    }

    private static BigDecimal comesTo(List<Forecast.Day> days, Function<Forecast.Day, BigDecimal> amount) {
        return Rough.sum(days.stream().map(amount).toList());
    }

    @Property(tries = 100)
    void neverFallsBelowWhatIsUsedNorOutOfItsInterval(@ForAll("anyMonth") Case any) {
        Projection projection = any.projection();

        if (any.past.isEmpty()) {
            assertThat(projection.total(6)).isNull();
            return;
        }
        assertThat(projection.total(6)).isGreaterThanOrEqualTo(projection.used());
        if (projection.lowerTotal(6) != null) {
            assertThat(projection.lowerTotal(6)).isBetween(projection.used(), projection.total(6));
            assertThat(projection.upperTotal(6)).isGreaterThanOrEqualTo(projection.total(6));
        }
    }

    /** In dollars or in cents it is the same month. Powers of ten, because those multiply digits without rounding. */
    @Property(tries = 50)
    void growsWithItsUnit(@ForAll("anyMonth") Case any, @ForAll @IntRange(min = -3, max = 6) int power) {
        BigDecimal factor = BigDecimal.ONE.scaleByPowerOfTen(power);

        Projection projection = any.projection();
        Projection scaled = any.times(factor).projection();

        assertThat(scaled.method()).isEqualTo(projection.method());
        assertThat(scaled.tested()).isEqualTo(projection.tested());
        if (projection.ahead() != null) {
            assertThat(Rough.sum(scaled.ahead()))
                    .isEqualByComparingTo(Rough.sum(projection.ahead()).multiply(factor));
        }
        if (projection.lower() != null) {
            assertThat(scaled.lower()).isEqualByComparingTo(projection.lower().multiply(factor));
            assertThat(Rough.sum(scaled.atMost()))
                    .isEqualByComparingTo(Rough.sum(projection.atMost()).multiply(factor));
        }
    }

    @Property(tries = 50)
    void isZeroOfZeros(@ForAll("anyMonth") Case any) {
        Projection projection = any.times(BigDecimal.ZERO).projection();

        assertThat(Stream.of(projection.total(6), projection.lowerTotal(6), projection.upperTotal(6)))
                .allMatch(total -> total == null || total.signum() == 0);
    }

    /** A date says what the numbers beside it say. */
    @Property(tries = 50)
    void reachesALimitThisMonthExactlyWhenItsTotalDoes(
            @ForAll("anyMonth") Case any, @ForAll @LongRange(max = 100_000) long limit) {
        var calls = new Case(
                any.past.stream()
                        .map(amount -> amount.setScale(0, RoundingMode.DOWN))
                        .toList(),
                any.today.setScale(0, RoundingMode.DOWN),
                any.month);
        Projection projection = calls.projection();
        BigDecimal amount = BigDecimal.valueOf(limit);
        BigDecimal total = projection.total(0) == null ? projection.used() : projection.total(0);

        assertThat(projection.reaches(amount) != null).isEqualTo(total.compareTo(amount) >= 0);
        if (projection.upperTotal(0) != null) {
            assertThat(projection.reachesAtTheEarliest(amount) != null)
                    .isEqualTo(projection.upperTotal(0).compareTo(amount) >= 0);
        }
    }

    @Nested
    class OnTheWay {

        /** Noon of the 16th: fifteen days of ten, five today, and 15 and a half to come. */
        private final Projection tens = month("2026-05-16", HALF, Collections.nCopies(60, BigDecimal.TEN), "5");

        @Test
        void addsTheRestOfTodayAndTheDaysAfterIt() {
            assertThat(tens.used()).isEqualByComparingTo("155");
            assertThat(tens.total(0)).isEqualByComparingTo("310");
        }

        @Test
        void isSureOfWhatAlwaysWasTheSame() {
            assertThat(tens.lowerTotal(0)).isEqualByComparingTo("310");
            assertThat(tens.upperTotal(0)).isEqualByComparingTo("310");
        }

        @ParameterizedTest
        @CsvSource({
            "10, 2026-05-01",
            "150, 2026-05-15",
            "155, 2026-05-16",
            "160, 2026-05-16",
            "161, 2026-05-17",
            "310, 2026-05-31",
            "311, "
        })
        void saysTheDayOfALimit(BigDecimal limit, LocalDate day) {
            assertThat(tens.reaches(limit)).isEqualTo(day);
            assertThat(tens.reachesAtTheEarliest(limit)).isEqualTo(day);
        }

        @Test
        void reachesALimitEarlierWhenMoreComes() {
            Projection uneven =
                    month("2026-05-16", BigDecimal.ONE, MadeDays.bursting(2).days(120), "0");
            BigDecimal limit = uneven.total(0);

            assertThat(uneven.reachesAtTheEarliest(limit)).isBefore(uneven.reaches(limit));
        }
    }

    @Nested
    class AtTheEdges {

        @Test
        void saysNothingBeforeAWholeDayIsKnown() {
            Projection first = month("2026-05-01", HALF, List.of(), "5");

            assertThat(first.used()).isEqualByComparingTo("5");
            assertThat(first.total(0)).isNull();
            assertThat(first.method()).isNull();
            assertThat(first.tested()).isNull();
            assertThat(first.reaches(BigDecimal.valueOf(5))).isEqualTo("2026-05-01");
            assertThat(first.reaches(BigDecimal.valueOf(6))).isNull();
        }

        /** Of one, three and ten days the mean is all there is, without an interval. */
        @ParameterizedTest
        @CsvSource({"1, 4", "3, 4", "10, 4"})
        void projectsTheMeanOfAFewDays(int days, BigDecimal each) {
            Projection few = month("2026-05-11", BigDecimal.ONE, Collections.nCopies(days, each), "0");

            assertThat(Rough.sum(few.ahead())).isEqualByComparingTo("84");
            assertThat(few.method()).isEqualTo(Method.SEVEN_DAY_AVERAGE);
            assertThat(few.lowerTotal(0)).isNull();
            assertThat(few.upperTotal(0)).isNull();
        }

        @Test
        void isOverAtTheEndOfTheLastDay() {
            Projection over =
                    month("2026-05-31", BigDecimal.ZERO, MadeDays.growing(1).days(90), "70");

            assertThat(over.total(6)).isEqualByComparingTo(over.used());
            assertThat(over.lowerTotal(6)).isEqualByComparingTo(over.used());
            assertThat(over.upperTotal(6)).isEqualByComparingTo(over.used());
        }

        @Test
        void beginsAMonthWithNothingUsed() {
            Projection begun = month("2026-05-01", BigDecimal.ONE, Collections.nCopies(90, BigDecimal.TEN), "0");

            assertThat(begun.used()).isZero();
            assertThat(begun.total(0)).isEqualByComparingTo("310");
        }

        @Test
        void expectsNothingOfDaysThatNeverBroughtAnything() {
            LocalDate today = LocalDate.parse("2026-06-01"); // a Monday
            List<BigDecimal> workdays = IntStream.rangeClosed(1, 112)
                    .mapToObj(ago ->
                            today.minusDays(113 - ago).getDayOfWeek().getValue() > 5 ? BigDecimal.ZERO : BigDecimal.TEN)
                    .toList();

            Projection month = month(today.toString(), BigDecimal.ONE, workdays, "0");

            assertThat(month.method()).isEqualTo(Method.WEEKDAY_TREND);
            assertThat(month.ahead().get(5)).isLessThan(new BigDecimal("1.5"));
            assertThat(month.ahead().get(7)).isBetween(new BigDecimal("9"), new BigDecimal("11"));
        }
    }

    @Nested
    class OfADay {

        @ParameterizedTest
        @CsvSource({
            "UTC, 2026-05-16T00:00:00Z, 2026-05-16, 1",
            "UTC, 2026-05-16T18:00:00Z, 2026-05-16, 0.25",
            "UTC, 2026-05-16T23:59:59.999999Z, 2026-05-16, 0.000000000",
            "Pacific/Auckland, 2026-05-16T18:00:00Z, 2026-05-17, 0.75",
            // 23 hours: at 12:30 in the night's place eleven and a half are left
            "Europe/Berlin, 2026-03-29T10:30:00Z, 2026-03-29, 0.5",
            // 25 hours
            "Europe/Berlin, 2026-10-25T10:30:00Z, 2026-10-25, 0.5"
        })
        void isAsMuchLeftAsTheZoneSays(String zone, Instant now, LocalDate today, BigDecimal rest) {
            var zones = new TenantZones(new TreeMap<>(Map.of(Instant.EPOCH, ZoneId.of(zone))));

            DaysAhead ahead = DaysAhead.of(zones, now);

            assertThat(ahead.today()).isEqualTo(today);
            assertThat(ahead.restOfToday()).isEqualByComparingTo(rest);
        }

        @ParameterizedTest
        @CsvSource({"2026-02-01, 28", "2028-02-01, 29", "2026-02-28, 1", "2026-12-31, 1", "2026-11-22, 9"})
        void isCountedAmongThoseThatAreLeft(LocalDate today, int days) {
            assertThat(new DaysAhead(today, HALF).count()).isEqualTo(days);
        }
    }

    private static Projection month(String today, BigDecimal rest, List<BigDecimal> past, String usedToday) {
        return new Case(past, new BigDecimal(usedToday), new DaysAhead(LocalDate.parse(today), rest)).projection();
    }
}
