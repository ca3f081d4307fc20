package io.tokentally.reporting.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That the way we project beats the seeds' seven-day average, told by the back-test that stands beside every forecast:
 * each error is of what would have been said with what was known then. It prints what docs/decisions/0011-forecast.md
 * shows. The real trace is read where {@code TOKENTALLY_TRACE} names it.
 */
class BackTestTest {

    private static final int MONTH = 30;

    /** Of each kind: five bursting ones told little more than their seeds. */
    private static final int SERIES = 20;

    private static final List<Integer> DAYS_LEFT = List.of(1, 8, 15, 22, 30);

    /** Errors as shares of what months came to, added up over series and distances. */
    private record Errors(BigDecimal ours, BigDecimal sevenDays) {

        Errors plus(Errors other) {
            return new Errors(ours.add(other.ours), sevenDays.add(other.sevenDays));
        }

        BigDecimal ratio() {
            return Rough.divided(ours, sevenDays);
        }
    }

    @Test
    void beatsTheSevenDayAverageOnTheDemoData() {
        List<DemoDays> demo = Stream.of("2026-03-18", "2026-07-05", "2026-11-22")
                .map(DemoDays::until)
                .toList();

        assertBeats("demo, cost", demo.stream().map(DemoDays::cost).toList(), "0.9");
        assertBeats("demo, tokens", demo.stream().map(DemoDays::tokens).toList(), "0.9");
        assertBeats("demo, calls", demo.stream().map(DemoDays::counted).toList(), "0.9");
        assertBeats(
                "demo, cost of an endpoint",
                demo.stream()
                        .flatMap(days -> Stream.of(
                                        "analyze_homework", "chat", "rag_answer", "code_review", "job_vetting")
                                .map(days::costOf))
                        .toList(),
                "1");
    }

    @Test
    void beatsTheSevenDayAverageOnARhythmOfWeekdays() {
        assertBeats("weekdays", made(MadeDays::steady), "0.8");
    }

    @Test
    void beatsTheSevenDayAverageOnGrowth() {
        assertBeats("growth", made(MadeDays::growing), "0.8");
    }

    @Test
    void beatsTheSevenDayAverageOnBursts() {
        assertBeats("bursts", made(MadeDays::bursting), "1");
    }

    /** The trace is an hour long: its steps of some seconds stand for days, its last 120 of them for what we would know. */
    @ParameterizedTest
    @ValueSource(ints = {15, 20, 30, 60})
    @EnabledIfEnvironmentVariable(named = "TOKENTALLY_TRACE", matches = ".+")
    void beatsTheSevenDayAverageOnTheTrace(int seconds) {
        assertBeats("trace, steps of " + seconds + " s", TraceSteps.of(seconds), "1");
    }

    @Test
    void tellsWhatFollowsAWeekThatAlwaysRepeatsItself() {
        List<BigDecimal> days = IntStream.range(0, 70)
                .mapToObj(day -> BigDecimal.valueOf(List.of(9, 8, 7, 8, 6, 0, 1).get(day % 7)))
                .toList();

        var backTest = new BackTest(days, 10, MONTH);

        assertThat(backTest.chosen()).isEqualTo(Method.WEEKDAY_TREND);
        assertThat(backTest.result().orElseThrow().error())
                .isLessThan(backTest.result().orElseThrow().errorOfSevenDayAverage());
    }

    @Test
    void keepsTheSevenDayAverageWhereNothingIsBetter() {
        List<BigDecimal> days =
                IntStream.range(0, 60).mapToObj(day -> BigDecimal.TEN).toList();

        assertThat(new BackTest(days, 10, MONTH).chosen()).isEqualTo(Method.SEVEN_DAY_AVERAGE);
    }

    /** Bursts are no trend, and these looked like one. */
    @Test
    void keepsTheSevenDayAverageWhereItToldMonthsBetter() {
        List<BigDecimal> days = MadeDays.bursting(0).days(120);

        var backTest = new BackTest(days, 22, MONTH);

        assertThat(backTest.chosen()).isEqualTo(Method.SEVEN_DAY_AVERAGE);
    }

    @ParameterizedTest
    @MethodSource("shortHistories")
    void saysWhatItKnowsOfAShortHistory(int days, int ahead, boolean tested, boolean interval) {
        var backTest = new BackTest(MadeDays.steady(1).days(days), ahead, MONTH);

        assertThat(backTest.result().isPresent()).as("back-test").isEqualTo(tested);
        assertThat(backTest.spread().isPresent()).as("interval").isEqualTo(interval);
    }

    /** The first morning has seven days before it; an interval takes twelve mornings. */
    static Stream<Arguments> shortHistories() {
        return Stream.of(
                Arguments.of(1, 1, false, false),
                Arguments.of(7, 1, false, false),
                Arguments.of(8, 1, true, false),
                Arguments.of(18, 1, true, false),
                Arguments.of(19, 1, true, true),
                Arguments.of(36, 30, false, false),
                Arguments.of(37, 30, true, false),
                Arguments.of(48, 30, true, true));
    }

    /** Sharing their days, neighbours are wrong together: four in five of one series may be few. Of many it is about right. */
    @Test
    void holdsWhatComesInAboutFourOfFiveIntervals() {
        List<BigDecimal> coverage = Stream.of(made(MadeDays::steady), made(MadeDays::growing), made(MadeDays::bursting))
                .flatMap(series -> series.stream().limit(6))
                .flatMap(days -> Stream.of(1, 8, 22).map(left -> new BackTest(days, left, MONTH)))
                .map(test -> test.result().orElseThrow().intervalCoverage())
                .toList();

        BigDecimal mean = Rough.divided(Rough.sum(coverage), coverage.size());
        System.out.printf("%-28s %s%n", "coverage of made series", mean.setScale(2, RoundingMode.HALF_EVEN));
        assertThat(mean).isBetween(new BigDecimal("0.74"), new BigDecimal("0.9"));
    }

    private static List<List<BigDecimal>> made(LongFunction<MadeDays> kind) {
        return IntStream.range(0, SERIES)
                .mapToObj(seed -> kind.apply(seed).days(120))
                .toList();
    }

    /** @param most of the seven-day average's error, as a share of it */
    private static void assertBeats(String what, List<List<BigDecimal>> series, String most) {
        var all = new Errors(BigDecimal.ZERO, BigDecimal.ZERO);
        for (int left : DAYS_LEFT) {
            Errors errors = errors(series, left);
            System.out.printf(
                    "%-28s %2d days left: %.4f against %.4f%n",
                    what, left, perSeries(errors.ours, series), perSeries(errors.sevenDays, series));
            all = all.plus(errors);
        }
        System.out.printf("%-28s all: %.2f of it%n", what, all.ratio());
        assertThat(all.ratio()).as(what).isLessThan(new BigDecimal(most));
    }

    private static BigDecimal perSeries(BigDecimal sum, List<List<BigDecimal>> series) {
        return Rough.divided(sum, series.size());
    }

    private static Errors errors(List<List<BigDecimal>> series, int left) {
        List<BackTested> results = series.stream()
                .map(days -> new BackTest(Rough.rounded(days), left, MONTH).result())
                .flatMap(Optional::stream)
                .toList();
        return new Errors(
                Rough.sum(results.stream().map(BackTested::error).toList()),
                Rough.sum(
                        results.stream().map(BackTested::errorOfSevenDayAverage).toList()));
    }
}
