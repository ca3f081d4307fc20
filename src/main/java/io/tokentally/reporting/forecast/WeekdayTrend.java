package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A level, what each day of the week makes of it, and what a day adds to it.
 *
 * @param level of the last day that is known, without its weekday's factor
 * @param factors of the seven days that follow, around 1
 * @param slope what a day adds to the level; zero unless most weeks moved the same way
 */
record WeekdayTrend(BigDecimal level, List<BigDecimal> factors, BigDecimal slope) {

    /** Days. */
    static final int WEEK = 7;

    private static final int MOST_WEEKS = 8;
    private static final int WEEKS_FOR_A_TREND = 4;

    /** Of what a day adds, the next day adds this much: growth goes on for a while, and not for ever. */
    private static final BigDecimal DAMPING = new BigDecimal("0.95");

    /** A week that weighs as much as the newest and has no rhythm: chance alone makes none of a few weeks. */
    private static final BigDecimal EVEN_WEEKS = BigDecimal.ONE;

    private static final Weights WEEKS = Weights.fading("0.84");
    private static final Weights DAYS_OF_A_TREND = Weights.fading("0.95");
    private static final Weights DAYS_OF_NO_TREND = Weights.fading("0.975");

    /** From whole weeks that end with the last day, eight at most. */
    static WeekdayTrend of(List<BigDecimal> past) {
        int weeks = Math.min(past.size() / WEEK, MOST_WEEKS);
        List<BigDecimal> days = Rough.last(past, weeks * WEEK);
        List<BigDecimal> sums = IntStream.range(0, weeks)
                .mapToObj(week -> Rough.sum(week(days, week)))
                .toList();
        List<BigDecimal> factors = factors(days, sums);
        BigDecimal slope = slope(sums);
        return new WeekdayTrend(level(days, factors, slope), factors, slope);
    }

    List<BigDecimal> ahead(int days) {
        var ahead = new ArrayList<BigDecimal>();
        BigDecimal trend = level;
        BigDecimal step = slope;
        for (int day = 0; day < days; day++) {
            step = Rough.times(step, DAMPING);
            trend = Rough.plus(trend, step).max(BigDecimal.ZERO);
            ahead.add(Rough.times(trend, factors.get(day % WEEK)));
        }
        return ahead;
    }

    private static List<BigDecimal> week(List<BigDecimal> days, int week) {
        return days.subList(week * WEEK, (week + 1) * WEEK);
    }

    /** The share of each weekday in its weeks, times seven. */
    private static List<BigDecimal> factors(List<BigDecimal> days, List<BigDecimal> sums) {
        BigDecimal mean = Rough.divided(WEEKS.mean(sums), WEEK);
        BigDecimal even = Rough.times(mean, EVEN_WEEKS);
        BigDecimal usual = Rough.plus(Rough.divided(WEEKS.sum(sums), WEEK), even);
        return IntStream.range(0, WEEK)
                .mapToObj(weekday -> usual.signum() == 0
                        ? BigDecimal.ONE
                        : Rough.divided(Rough.plus(WEEKS.sum(every(weekday, days)), even), usual))
                .toList();
    }

    private static List<BigDecimal> every(int weekday, List<BigDecimal> days) {
        return IntStream.range(0, days.size() / WEEK)
                .mapToObj(week -> days.get(week * WEEK + weekday))
                .toList();
    }

    /** The median of the slopes between any two weeks: a burst in one week does not tilt it. */
    private static BigDecimal slope(List<BigDecimal> sums) {
        int weeks = sums.size();
        var slopes = new ArrayList<BigDecimal>();
        int sameWay = 0;
        for (int late = 1; late < weeks; late++) {
            for (int early = 0; early < late; early++) {
                BigDecimal rise = sums.get(late).subtract(sums.get(early));
                sameWay += rise.signum();
                slopes.add(Rough.divided(rise, late - early));
            }
        }
        boolean isTrend = weeks >= WEEKS_FOR_A_TREND && 2 * Math.abs(sameWay) >= slopes.size();
        int daysOfTwoWeeks = WEEK * WEEK;
        return isTrend ? Rough.divided(median(slopes), daysOfTwoWeeks) : BigDecimal.ZERO;
    }

    private static BigDecimal median(List<BigDecimal> values) {
        List<BigDecimal> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        return Rough.divided(Rough.plus(sorted.get((size - 1) / 2), sorted.get(size / 2)), 2);
    }

    /** Where the days stand when each is carried to the last one along the slope. */
    private static BigDecimal level(List<BigDecimal> days, List<BigDecimal> factors, BigDecimal slope) {
        List<BigDecimal> rhythm = IntStream.range(0, days.size())
                .mapToObj(day -> factors.get(day % WEEK))
                .toList();
        List<BigDecimal> carried = IntStream.range(0, days.size())
                .mapToObj(day -> {
                    BigDecimal since = Rough.times(slope, BigDecimal.valueOf(days.size() - 1 - day));
                    return Rough.plus(days.get(day), Rough.times(since, rhythm.get(day)));
                })
                .toList();
        Weights weights = slope.signum() == 0 ? DAYS_OF_NO_TREND : DAYS_OF_A_TREND;
        BigDecimal weight = weights.sum(rhythm);
        return weight.signum() == 0 ? BigDecimal.ZERO : Rough.divided(weights.sum(carried), weight);
    }
}
