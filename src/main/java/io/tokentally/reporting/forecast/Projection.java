package io.tokentally.reporting.forecast;

import io.tokentally.shared.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What one measure of a month will come to. Only whole days teach; of today what has been used counts, and for the rest of
 * it the part of a whole day's projection that is left.
 *
 * @param usedByDay of this month, today last
 * @param ahead what is still to come, by day, today's rest first; null when nothing can be said
 * @param atMost likewise at the upper bound; null when there is no interval
 * @param lower what is still to come at the lower bound; null likewise
 * @param method null when nothing can be said
 * @param tested null when no past morning is known
 */
record Projection(
        LocalDate today,
        List<BigDecimal> usedByDay,
        List<BigDecimal> ahead,
        List<BigDecimal> atMost,
        BigDecimal lower,
        Method method,
        BackTested tested) {

    /**
     * @param exact whole days, oldest first, as far back as there was use
     * @param used of each of this month's days, today last
     */
    static Projection of(List<BigDecimal> exact, List<BigDecimal> used, DaysAhead month) {
        if (exact.isEmpty()) {
            return new Projection(month.today(), used, null, null, null, null, null);
        }
        List<BigDecimal> past = Rough.rounded(exact);
        var backTest = new BackTest(past, month.count(), month.monthLength());
        Method method = backTest.chosen();
        List<BigDecimal> ahead = shortened(method.ahead(past, month.count()), month);
        Optional<BackTest.Spread> spread = backTest.spread();
        return new Projection(
                month.today(),
                used,
                ahead,
                spread.map(some -> raised(ahead, Rough.times(some.above(), month.part()), month))
                        .orElse(null),
                spread.map(some -> Rough.sum(ahead)
                                .add(Rough.times(some.below(), month.part()))
                                .max(BigDecimal.ZERO))
                        .orElse(null),
                method,
                backTest.result().orElse(null));
    }

    BigDecimal used() {
        return Rough.sum(usedByDay);
    }

    /** Rounded down, as the bounds are: then what is shown has reached a limit when the day says so, and not before. */
    BigDecimal total(int decimals) {
        return ahead == null ? null : total(Rough.sum(ahead), decimals);
    }

    BigDecimal lowerTotal(int decimals) {
        return lower == null ? null : total(lower, decimals);
    }

    BigDecimal upperTotal(int decimals) {
        return atMost == null ? null : total(Rough.sum(atMost), decimals);
    }

    /** The day that reaches it: one that was, while it is reached now; or one ahead; null: none of this month. */
    LocalDate reaches(BigDecimal limit) {
        return reaches(limit, ahead);
    }

    /** The same when as much comes as may. */
    LocalDate reachesAtTheEarliest(BigDecimal limit) {
        return reaches(limit, atMost);
    }

    /** What is still to come, by day, rounded down; null when nothing can be said. */
    List<Forecast.Day> byDay(int decimals) {
        return ahead == null
                ? null
                : IntStream.range(0, ahead.size())
                        .mapToObj(day -> new Forecast.Day(
                                today.plusDays(day),
                                shown(ahead.get(day), decimals),
                                lower == null ? null : shown(atLeast(ahead.get(day)), decimals),
                                atMost == null ? null : shown(atMost.get(day).max(ahead.get(day)), decimals)))
                        .toList();
    }

    /** A day's share of the lower bound is its share of what is projected. */
    private BigDecimal atLeast(BigDecimal ofDay) {
        BigDecimal whole = Rough.sum(ahead);
        return whole.signum() == 0
                ? BigDecimal.ZERO
                : Rough.divided(Rough.times(lower, ofDay), whole).min(ofDay);
    }

    private static BigDecimal shown(BigDecimal amount, int decimals) {
        return Money.normal(amount.setScale(decimals, RoundingMode.FLOOR));
    }

    private LocalDate reaches(BigDecimal limit, List<BigDecimal> toCome) {
        if (used().compareTo(limit) >= 0) {
            LocalDate first = today.minusDays(usedByDay.size() - 1L);
            return reaching(limit, BigDecimal.ZERO, usedByDay, first);
        }
        return toCome == null ? null : reaching(limit, used(), toCome, today);
    }

    private static LocalDate reaching(BigDecimal limit, BigDecimal before, List<BigDecimal> days, LocalDate first) {
        BigDecimal sum = before;
        for (int day = 0; day < days.size(); day++) {
            sum = sum.add(days.get(day));
            if (sum.compareTo(limit) >= 0) {
                return first.plusDays(day);
            }
        }
        return null;
    }

    private BigDecimal total(BigDecimal toCome, int decimals) {
        return used().add(toCome.setScale(decimals, RoundingMode.FLOOR));
    }

    private static List<BigDecimal> shortened(List<BigDecimal> days, DaysAhead month) {
        var left = new ArrayList<>(days);
        left.set(0, Rough.times(days.getFirst(), month.restOfToday()));
        return left;
    }

    /** The same days with so much more, each its share of it; even shares where nothing is projected. */
    private static List<BigDecimal> raised(List<BigDecimal> days, BigDecimal more, DaysAhead month) {
        BigDecimal sum = Rough.sum(days);
        List<BigDecimal> even = shortened(
                IntStream.range(0, days.size()).mapToObj(any -> BigDecimal.ONE).toList(), month);
        List<BigDecimal> shares = sum.signum() == 0 ? even : days;
        BigDecimal whole = Rough.sum(shares);
        return whole.signum() == 0
                ? days
                : IntStream.range(0, days.size())
                        .mapToObj(day ->
                                Rough.plus(days.get(day), Rough.divided(Rough.times(more, shares.get(day)), whole)))
                        .toList();
    }
}
