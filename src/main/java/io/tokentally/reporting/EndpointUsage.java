package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One endpoint with one model, all time.
 *
 * @param tokensPerCall a whole number, half up
 * @param costPerCall USD to 6 decimals, half even
 */
public record EndpointUsage(
        String endpoint,
        String model,
        @JsonProperty("api_calls") long calls,
        @JsonProperty("total_tokens") long tokens,
        @JsonProperty("cost_usd") @Schema(nullable = true) BigDecimal cost,
        @JsonProperty("avg_tokens_per_call") long tokensPerCall,

        @JsonProperty("avg_cost_per_call") @Schema(nullable = true)
        BigDecimal costPerCall) {}
