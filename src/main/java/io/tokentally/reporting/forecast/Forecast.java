package io.tokentally.reporting.forecast;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What this month will come to, for the whole tenant, one user or one endpoint.
 *
 * @param userId a number or a string, as the tenant writes it; null: not about a user
 * @param endpoint null: not about an endpoint
 * @param today in the tenant's zone, as all days here
 * @param daysLeft of this month, today included
 * @param resetsAt when the next month begins
 * @param basisDays whole days before today that the projections are made from: from the first use on, 120 at most
 * @param coverage the share of months that are meant to end between lower and upper
 * @param unpricedCalls calls of this month whose model has no known price: no cost counts them
 * @param budget what was asked about, as a limit on cost; null: nothing was
 */
public record Forecast(
        @JsonProperty("user_id") @Schema(nullable = true) Object userId,

        @Schema(nullable = true) String endpoint,
        LocalDate today,
        @JsonProperty("days_left") int daysLeft,
        @JsonProperty("resets_at") Instant resetsAt,
        @JsonProperty("basis_days") int basisDays,
        BigDecimal coverage,
        @JsonProperty("unpriced_calls") long unpricedCalls,
        Measure cost,
        Measure tokens,
        Measure calls,
        @Schema(nullable = true) Limit budget) {

    /**
     * USD, tokens or calls of this month.
     *
     * @param used until now; null: calls were made, and none of them is priced
     * @param projected what the month will have come to at its end, never less than used; null: no whole day is known
     * @param lower null: too little is known for an interval
     * @param upper null likewise
     * @param method how it was projected; null: it was not
     * @param backtest null: not one of the past days that would be needed is known
     * @param limit the user's, or the tenant's; null: none applies
     * @param byDay what is still to come, the rest of today first; null as projected is
     */
    @Schema(name = "ForecastOfMeasure")
    public record Measure(
            @Schema(nullable = true) BigDecimal used,
            @Schema(nullable = true) BigDecimal projected,
            @Schema(nullable = true) BigDecimal lower,
            @Schema(nullable = true) BigDecimal upper,
            @Schema(nullable = true) Method method,
            @Schema(nullable = true) BackTested backtest,
            @Schema(nullable = true) Limit limit,

            @JsonProperty("by_day") @Schema(nullable = true) List<Day> byDay) {

        static Measure of(Projection projection, int decimals, BigDecimal limit) {
            return new Measure(
                    projection.used(),
                    projection.total(decimals),
                    projection.lowerTotal(decimals),
                    projection.upperTotal(decimals),
                    projection.method(),
                    projection.tested(),
                    Limit.of(projection, limit),
                    projection.byDay(decimals));
        }

        /** Of calls none of which is priced: nothing can be said, also not zero. */
        static Measure unknown(BigDecimal limit) {
            return new Measure(null, null, null, null, null, null, Limit.of(limit), null);
        }

        Measure withoutUsed() {
            return new Measure(null, projected, lower, upper, method, backtest, limit, byDay);
        }
    }

    /**
     * A day ahead. Its bounds are its part of what the month may still bring, and a single day may well lie outside. Each
     * figure is rounded down by itself, upper too: those of all days add up to a little less than the month's.
     *
     * @param lower null: too little is known for an interval
     * @param upper null likewise
     */
    @Schema(name = "ForecastOfDay")
    public record Day(
            LocalDate date,
            BigDecimal projected,
            @Schema(nullable = true) BigDecimal lower,
            @Schema(nullable = true) BigDecimal upper) {}

    /**
     * A limit of this month. What is held is not use and is not counted.
     *
     * @param reachedOn the day that reaches it at the projected pace, or that did; null: none of this month
     * @param reachedOnAtTheEarliest the same at the upper bound; null also where there is no interval
     */
    @Schema(name = "ForecastLimit")
    public record Limit(
            BigDecimal amount,

            @JsonProperty("reached_on") @Schema(nullable = true)
            LocalDate reachedOn,

            @JsonProperty("reached_on_at_the_earliest") @Schema(nullable = true)
            LocalDate reachedOnAtTheEarliest) {

        /** Null when there is no limit. */
        static Limit of(Projection projection, BigDecimal amount) {
            return amount == null
                    ? null
                    : new Limit(amount, projection.reaches(amount), projection.reachesAtTheEarliest(amount));
        }

        /** Of what nothing can be said about. */
        static Limit of(BigDecimal amount) {
            return amount == null ? null : new Limit(amount, null, null);
        }
    }
}
