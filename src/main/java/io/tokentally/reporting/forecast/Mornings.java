package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Past mornings of a series, and what each method would have been off by on them. A morning is the index of its day:
 * known are the days before it, and told are the days that begin with it.
 */
final class Mornings {

    /** A week has to be known. */
    static final int FIRST = WeekdayTrend.WEEK;

    private final List<BigDecimal> days;
    private final int ahead;
    private final Map<Method, List<BigDecimal>> errors = new EnumMap<>(Method.class);

    /**
     * @param days whole days, oldest first
     * @param ahead how many days are told
     */
    Mornings(List<BigDecimal> days, int ahead) {
        this.days = days;
        this.ahead = ahead;
        Method.all()
                .forEach(method -> errors.put(
                        method,
                        known(days.size(), FIRST, days.size())
                                .mapToObj(morning -> error(method, morning))
                                .toList()));
    }

    /** What came, less what the method would have said. */
    BigDecimal errorOf(Method method, int morning) {
        return errors.get(method).get(morning - FIRST);
    }

    /** The latest mornings whose days ahead have all come before the day {@code now}. */
    IntStream known(int now, int first, int most) {
        int last = now - ahead;
        return IntStream.rangeClosed(Math.max(first, last - most + 1), last);
    }

    BigDecimal errorsOf(Method method, int[] mornings) {
        return sumOfAmounts(mornings, morning -> errorOf(method, morning));
    }

    static BigDecimal sumOfAmounts(int[] mornings, IntFunction<BigDecimal> value) {
        return IntStream.of(mornings).mapToObj(value).map(BigDecimal::abs).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private BigDecimal error(Method method, int morning) {
        return Rough.minus(
                Rough.sum(days.subList(morning, morning + ahead)),
                Rough.sum(method.ahead(days.subList(0, morning), ahead)));
    }
}
