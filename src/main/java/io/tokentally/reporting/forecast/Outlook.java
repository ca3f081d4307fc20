package io.tokentally.reporting.forecast;

import io.tokentally.shared.MonthlyLimits;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** All that a forecast is made from. */
record Outlook(Whose whose, DaysAhead ahead, Instant resetsAt, DailySpend spend, MonthlyLimits limits) {

    private static final BigDecimal COVERAGE = new BigDecimal("0.8");

    private static final int DECIMALS_OF_COST = 6;

    /** @param budget null: none */
    Forecast forecast(BigDecimal budget) {
        Projection cost = projected(DailySpend.Day::cost);
        return new Forecast(
                spend.userId(),
                whose instanceof Whose.Endpoint(String name) ? name : null,
                ahead.today(),
                ahead.count(),
                resetsAt,
                before().size(),
                COVERAGE,
                unpriced(thisMonth()),
                cost(cost),
                Forecast.Measure.of(projected(DailySpend.Day::tokens), 0, amount(limits.tokens())),
                Forecast.Measure.of(projected(day -> BigDecimal.valueOf(day.calls())), 0, amount(limits.calls())),
                isUnknown(spend.days()) ? Forecast.Limit.of(budget) : Forecast.Limit.of(cost, budget));
    }

    private Forecast.Measure cost(Projection cost) {
        if (isUnknown(spend.days())) {
            return Forecast.Measure.unknown(limits.cost());
        }
        Forecast.Measure measure = Forecast.Measure.of(cost, DECIMALS_OF_COST, limits.cost());
        return isUnknown(thisMonth()) ? measure.withoutUsed() : measure;
    }

    private Projection projected(Function<DailySpend.Day, BigDecimal> measure) {
        return Projection.of(
                before().stream().map(measure).toList(),
                thisMonth().stream().map(measure).toList(),
                ahead);
    }

    private List<DailySpend.Day> before() {
        return spend.days().stream()
                .filter(day -> day.date().isBefore(ahead.today()))
                .toList();
    }

    private List<DailySpend.Day> thisMonth() {
        return spend.days().stream()
                .filter(day -> !day.date().isBefore(ahead.today().withDayOfMonth(1)))
                .toList();
    }

    /** Calls were made, and none of them is priced. */
    private static boolean isUnknown(List<DailySpend.Day> days) {
        long calls = days.stream().mapToLong(DailySpend.Day::calls).sum();
        return calls > 0 && unpriced(days) >= calls;
    }

    private static long unpriced(List<DailySpend.Day> days) {
        return days.stream().mapToLong(DailySpend.Day::unpricedCalls).sum();
    }

    private static BigDecimal amount(Long limit) {
        return limit == null ? null : BigDecimal.valueOf(limit);
    }
}
