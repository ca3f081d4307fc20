package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which method to use on a morning, by what each was off by before it. How a method does over ten days is known of more
 * and of later mornings than how it does over thirty, and so chooses better, even for thirty; but a series of which the
 * seven-day average has told months better keeps it.
 */
final class Choice {

    private static final int FARTHEST = 10;

    /** Mornings that a choice is made by. */
    static final int LATEST = 28;

    private static final int FEWEST = 7;

    /** Before two weeks are known, all methods are one. */
    private static final int FIRST = 2 * WeekdayTrend.WEEK;

    /** A more elaborate method has to be better by more than this part. */
    private static final BigDecimal CLEARLY = new BigDecimal("0.99");

    private final Mornings near;
    private final Mornings far;

    /** Each is asked for by the mornings of four weeks. */
    private final Map<Integer, Method> best = new HashMap<>();

    Choice(List<BigDecimal> days, Mornings far, int ahead) {
        this.near = ahead <= FARTHEST ? far : new Mornings(days, FARTHEST);
        this.far = far;
    }

    Method on(int morning) {
        int[] mornings = far.known(morning, Mornings.FIRST, LATEST).toArray();
        boolean isKnown = mornings.length >= FEWEST;
        return isKnown && errorsOfBest(mornings).compareTo(far.errorsOf(Method.SEVEN_DAY_AVERAGE, mornings)) > 0
                ? Method.SEVEN_DAY_AVERAGE
                : bestOf(morning);
    }

    private BigDecimal errorsOfBest(int[] mornings) {
        return Mornings.sumOfAmounts(mornings, morning -> far.errorOf(bestOf(morning), morning));
    }

    private Method bestOf(int morning) {
        return best.computeIfAbsent(morning, this::find);
    }

    private Method find(int morning) {
        int[] mornings = near.known(morning, FIRST, LATEST).toArray();
        if (mornings.length < FEWEST) {
            return Method.untried(morning);
        }
        return Method.all()
                .reduce((simple, elaborate) -> isClearlyBetter(elaborate, simple, mornings) ? elaborate : simple)
                .orElseThrow();
    }

    private boolean isClearlyBetter(Method one, Method other, int[] mornings) {
        BigDecimal toBeat = Rough.times(CLEARLY, near.errorsOf(other, mornings));
        return near.errorsOf(one, mornings).compareTo(toBeat) < 0;
    }
}
