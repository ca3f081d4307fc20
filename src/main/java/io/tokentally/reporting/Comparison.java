package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The same calls in two periods: whether a change to prompts, models or caching paid off. A negative change is less than before.
 *
 * @param timeZone the tenant's, today
 * @param source as of a breakdown
 * @param beyondRetention as of a breakdown
 * @param savedPerCall USD: the average cost of a call before, less that of a call after; to 6 decimals, half even
 * @param saved USD: what the calls after would have cost at the average before, less what they did cost; to 6 decimals
 */
public record Comparison(
        @JsonProperty("time_zone") String timeZone,
        @Schema(enumeration = {"sums", "rows"}) String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        Period before,
        Period after,
        Change change,

        @JsonProperty("saved_per_call") @Schema(nullable = true)
        BigDecimal savedPerCall,

        @Schema(nullable = true) BigDecimal saved) {

    /** @param end inclusive */
    @Schema(name = "ComparisonPeriod")
    public record Period(
            @JsonProperty("start_date") LocalDate start,
            @JsonProperty("end_date") LocalDate end,
            long days,
            Figures sums) {}

    /**
     * In percent of before, to 2 decimals, half even, from exact averages (response times: from whole milliseconds); null where before is nothing or a cost is not
     * known.
     */
    @Schema(name = "ComparisonChange")
    public record Change(
            @Schema(nullable = true) BigDecimal calls,

            @JsonProperty("calls_per_day") @Schema(nullable = true)
            BigDecimal callsPerDay,

            @JsonProperty("total_tokens") @Schema(nullable = true)
            BigDecimal tokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost,

            @JsonProperty("avg_tokens_per_call") @Schema(nullable = true)
            BigDecimal tokensPerCall,

            @JsonProperty("avg_prompt_tokens_per_call") @Schema(nullable = true)
            BigDecimal promptTokensPerCall,

            @JsonProperty("avg_completion_tokens_per_call") @Schema(nullable = true)
            BigDecimal completionTokensPerCall,

            @JsonProperty("avg_cost_per_call") @Schema(nullable = true)
            BigDecimal costPerCall,

            @JsonProperty("avg_response_time") @Schema(nullable = true)
            BigDecimal responseTime,

            @JsonProperty("failure_rate") @Schema(nullable = true)
            BigDecimal failureRate,

            @JsonProperty("cache_hit_rate") @Schema(nullable = true)
            BigDecimal cacheHitRate) {}
}
