package io.tokentally.reporting.forecast;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What would have been said on past mornings, each of as many days as are ahead now, and what came. Of each morning only
 * that is used which was known by then: the choice of a method and the interval are tried out as they are made.
 */
final class BackTest {

    /** Mornings that an error is taken over. */
    private static final int LATEST = 28;

    /** Mornings that an interval is taken from: of 120 days about all there are. */
    private static final int LATEST_OF_INTERVAL = 56;

    /**
     * Of this many errors one is left out on either side. Tenths would hold 80 % of the errors that were, but neighbouring
     * mornings share most of their days, and of those to come they held 76 %; thirteenths held about 80.
     */
    private static final int SIDE = 13;

    private static final int DECIMALS = 4;

    /** How far what comes may fall below, or rise above, what is projected: not above and not below zero. */
    record Spread(BigDecimal below, BigDecimal above) {

        boolean holds(BigDecimal error) {
            return below.compareTo(error) <= 0 && error.compareTo(above) <= 0;
        }
    }

    private final List<BigDecimal> days;
    private final int ahead;
    private final int monthLength;
    private final Mornings mornings;
    private final Method chosen;
    private final List<BigDecimal> errors;

    /**
     * @param days whole days, oldest first
     * @param ahead days from today to the end of the month, both included
     * @param monthLength days of the month
     */
    BackTest(List<BigDecimal> days, int ahead, int monthLength) {
        this.days = days;
        this.ahead = ahead;
        this.monthLength = monthLength;
        this.mornings = new Mornings(days, ahead);
        var choice = new Choice(days, mornings, ahead);
        this.chosen = choice.on(days.size());
        this.errors = known(days.size(), days.size())
                .mapToObj(morning -> mornings.errorOf(choice.on(morning), morning))
                .toList();
    }

    /** The method to use now. */
    Method chosen() {
        return chosen;
    }

    /** Empty when too few mornings are known. */
    Optional<Spread> spread() {
        return spreadOn(days.size());
    }

    /** Empty when there is no morning whose days ahead have all come. */
    Optional<BackTested> result() {
        int[] latest = known(days.size(), LATEST).toArray();
        if (latest.length == 0) {
            return Optional.empty();
        }
        BigDecimal months = Mornings.sumOfAmounts(latest, this::month);
        return Optional.of(new BackTested(
                latest.length,
                ahead,
                share(Mornings.sumOfAmounts(latest, this::error), months),
                share(mornings.errorsOf(Method.SEVEN_DAY_AVERAGE, latest), months),
                coverage(latest)));
    }

    private Optional<Spread> spreadOn(int morning) {
        List<BigDecimal> sorted = known(morning, LATEST_OF_INTERVAL)
                .mapToObj(this::error)
                .sorted()
                .toList();
        int outside = (sorted.size() + 1) / SIDE;
        return outside == 0
                ? Optional.empty()
                : Optional.of(new Spread(
                        sorted.get(outside - 1).min(BigDecimal.ZERO),
                        sorted.get(sorted.size() - outside).max(BigDecimal.ZERO)));
    }

    /** Null when no interval could have been given. */
    private BigDecimal coverage(int[] latest) {
        List<Boolean> held = IntStream.of(latest)
                .mapToObj(morning -> spreadOn(morning).map(spread -> spread.holds(error(morning))))
                .flatMap(Optional::stream)
                .toList();
        long good = held.stream().filter(Boolean::booleanValue).count();
        return share(BigDecimal.valueOf(good), BigDecimal.valueOf(held.size()));
    }

    private IntStream known(int now, int most) {
        return mornings.known(now, Mornings.FIRST, most);
    }

    private BigDecimal error(int morning) {
        return errors.get(morning - Mornings.FIRST);
    }

    /** What came in as many days as the month has, of which as many as now were ahead. */
    private BigDecimal month(int morning) {
        return Rough.sum(days.subList(Math.max(0, morning + ahead - monthLength), morning + ahead));
    }

    /** Null of nothing. */
    private static BigDecimal share(BigDecimal part, BigDecimal whole) {
        return whole.signum() <= 0 ? null : part.divide(whole, DECIMALS, RoundingMode.HALF_EVEN);
    }
}
