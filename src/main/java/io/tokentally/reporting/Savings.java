package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Whether a cheap call that decides the scope of a request pays for itself: each request found out of scope is spared the
 * dear call. All in USD to 6 decimals, half even; null where no dear call with a known cost says what one would have cost.
 *
 * @param gate calls that decide, as {@code gateCallType}
 * @param spared calls of the kind that is spared, as {@code sparedCallType}, whatever their scope
 * @param filteredCalls calls in the scope {@code outOfScope} that are not of the spared kind
 * @param costPerSparedCall what a spared call would have cost: the average of those that are priced; by {@code tokensPerCall}
 *     at their average input price, null where some are unpriced or answered from a cache
 * @param estimatedSavings filtered calls at that cost
 * @param overhead what the deciding calls cost
 * @param netBenefit savings less overhead
 */
public record Savings(
        @JsonProperty("start_date") @Schema(nullable = true) LocalDate start,

        @JsonProperty("end_date") @Schema(nullable = true) LocalDate end,

        @JsonProperty("time_zone") String timeZone,
        @Schema(enumeration = {"sums", "rows"}) String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        Figures gate,
        Figures spared,
        @JsonProperty("filtered_calls") long filteredCalls,

        @JsonProperty("cost_per_spared_call") @Schema(nullable = true)
        BigDecimal costPerSparedCall,

        @JsonProperty("estimated_savings") @Schema(nullable = true)
        BigDecimal estimatedSavings,

        @Schema(nullable = true) BigDecimal overhead,

        @JsonProperty("net_benefit") @Schema(nullable = true)
        BigDecimal netBenefit) {}
