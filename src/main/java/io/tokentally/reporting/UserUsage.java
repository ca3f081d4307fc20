package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokentally.quota.BalanceView;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One user: all time, this month, and what is left of it.
 *
 * @param userId a number or a string, as the tenant writes it
 */
public record UserUsage(Object userId, Total total, Monthly monthly, BalanceView balance) {

    @Schema(name = "UserUsageOfAllTime")
    public record Total(
            @JsonProperty("total_calls") long calls,
            @JsonProperty("total_tokens") long tokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost) {}

    @Schema(name = "UserUsageOfThisMonth")
    public record Monthly(
            @JsonProperty("monthly_calls") long calls,
            @JsonProperty("monthly_tokens") long tokens,

            @JsonProperty("monthly_cost") @Schema(nullable = true)
            BigDecimal cost) {}
}
