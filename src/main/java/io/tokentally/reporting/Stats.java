package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The whole tenant: all time, this month, today, both in the tenant's zone. Costs in USD,
 * of priced calls; null where calls were made and none of them is priced. */
public record Stats(Overall overall, Monthly monthly, Daily daily) {

    @Schema(name = "StatsOfAllTime")
    public record Overall(
            @JsonProperty("total_api_calls") long calls,
            @JsonProperty("total_users") long users,
            @JsonProperty("total_tokens") long tokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost) {}

    @Schema(name = "StatsOfThisMonth")
    public record Monthly(
            @JsonProperty("monthly_api_calls") long calls,
            @JsonProperty("monthly_users") long users,
            @JsonProperty("monthly_tokens") long tokens,

            @JsonProperty("monthly_cost") @Schema(nullable = true)
            BigDecimal cost) {}

    @Schema(name = "StatsOfToday")
    public record Daily(
            @JsonProperty("daily_api_calls") long calls,
            @JsonProperty("daily_users") long users,
            @JsonProperty("daily_tokens") long tokens,

            @JsonProperty("daily_cost") @Schema(nullable = true)
            BigDecimal cost) {}
}
