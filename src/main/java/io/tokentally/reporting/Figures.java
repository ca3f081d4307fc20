package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokentally.shared.Money;
import io.tokentally.shared.ResponseTimes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What some calls add up to.
 *
 * @param calls cache hits are none, a reversal takes one away
 * @param unpricedCalls without a known price: counted, and in no cost
 * @param promptTokens all input, cache included
 * @param completionTokens all output, reasoning included
 * @param totalCost USD, of priced calls; null: calls were made and none of them is priced
 * @param tokensPerCall a whole number, half up
 * @param costPerCall USD to 6 decimals, half even, over the calls that are priced
 * @param failureRate failed calls in calls, to 6 decimals; null without a call
 * @param cacheHitRate answers from the application's own cache in all answers, to 6 decimals; null without one
 */
public record Figures(
        long calls,
        @JsonProperty("failed_calls") long failedCalls,
        @JsonProperty("cache_hits") long cacheHits,
        @JsonProperty("unpriced_calls") long unpricedCalls,
        @JsonProperty("prompt_tokens") long promptTokens,
        @JsonProperty("completion_tokens") long completionTokens,
        @JsonProperty("total_tokens") long totalTokens,
        @JsonProperty("cache_read_tokens") long cacheReadTokens,
        @JsonProperty("cache_write_tokens") long cacheWriteTokens,
        @JsonProperty("reasoning_tokens") long reasoningTokens,

        @JsonProperty("input_cost") @Schema(nullable = true) BigDecimal inputCost,

        @JsonProperty("output_cost") @Schema(nullable = true)
        BigDecimal outputCost,

        @JsonProperty("total_cost") @Schema(nullable = true) BigDecimal totalCost,

        @JsonProperty("avg_tokens_per_call") long tokensPerCall,

        @JsonProperty("avg_cost_per_call") @Schema(nullable = true)
        BigDecimal costPerCall,

        @JsonProperty("failure_rate") @Schema(nullable = true)
        BigDecimal failureRate,

        @JsonProperty("cache_hit_rate") @Schema(nullable = true)
        BigDecimal cacheHitRate,

        @JsonProperty("response_time") ResponseTime responseTime) {

    private static final int DECIMALS = 6;

    /** What {@link #of} reads, over the sums of {@link SumsQuery}. */
    static final String COLUMNS = """
            s.*, known_cost(input_cost, calls, unpriced_calls) as known_input_cost,
            known_cost(output_cost, calls, unpriced_calls) as known_output_cost,
            known_cost(input_cost + output_cost, calls, unpriced_calls) as known_cost,
            average_tokens_per_call(prompt_tokens + completion_tokens, calls) as avg_tokens,
            known_cost(average_cost_per_call(input_cost + output_cost, calls - unpriced_calls), calls, unpriced_calls) as avg_cost,
            response_times::text as times""";

    /**
     * Of the calls whose time is known, cache hits included, in milliseconds; a percentile is at most 5 % off.
     *
     * @param average half up; null, like the percentiles, where no time is known
     */
    public record ResponseTime(
            @JsonProperty("timed_calls") long timedCalls,

            @JsonProperty("avg_ms") @Schema(nullable = true) Long average,

            @JsonProperty("p50_ms") @Schema(nullable = true) Long p50,

            @JsonProperty("p95_ms") @Schema(nullable = true) Long p95,

            @JsonProperty("p99_ms") @Schema(nullable = true) Long p99) {

        private static ResponseTime of(ResultSet row) throws SQLException {
            long timed = row.getLong("timed_events");
            ResponseTimes times = ResponseTimes.fromSql(row.getString("times"));
            return new ResponseTime(
                    timed,
                    average(row.getLong("response_time_ms"), timed),
                    times.percentile(50),
                    times.percentile(95),
                    times.percentile(99));
        }

        /** Null without a call. */
        static Long average(long milliseconds, long calls) {
            if (calls == 0) {
                return null;
            }
            return BigDecimal.valueOf(milliseconds)
                    .divide(BigDecimal.valueOf(calls), 0, RoundingMode.HALF_UP)
                    .longValue();
        }
    }

    static Figures of(ResultSet row) throws SQLException {
        long calls = row.getLong("calls");
        long failed = row.getLong("failed_calls");
        long hits = row.getLong("cache_hits");
        return new Figures(
                calls,
                failed,
                hits,
                row.getLong("unpriced_calls"),
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens"),
                row.getLong("prompt_tokens") + row.getLong("completion_tokens"),
                row.getLong("cache_read_tokens"),
                row.getLong("cache_write_tokens"),
                row.getLong("reasoning_tokens"),
                Money.normal(row.getBigDecimal("known_input_cost")),
                Money.normal(row.getBigDecimal("known_output_cost")),
                Money.normal(row.getBigDecimal("known_cost")),
                row.getLong("avg_tokens"),
                Money.normal(row.getBigDecimal("avg_cost")),
                rate(BigDecimal.valueOf(failed), BigDecimal.valueOf(calls)),
                rate(BigDecimal.valueOf(hits), BigDecimal.valueOf(hits + calls)),
                ResponseTime.of(row));
    }

    /** A part of a whole to 6 decimals, half even; null where there is no whole. */
    static BigDecimal rate(BigDecimal part, BigDecimal whole) {
        return part == null || whole == null || whole.signum() == 0
                ? null
                : Money.normal(part.divide(whole, DECIMALS, RoundingMode.HALF_EVEN));
    }
}
