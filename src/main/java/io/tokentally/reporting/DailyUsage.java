package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One day in the tenant's zone; a day without a call has zeros. */
public record DailyUsage(
        LocalDate date,
        @JsonProperty("api_calls") long calls,
        @JsonProperty("unique_users") long users,
        @JsonProperty("total_tokens") long tokens,
        @JsonProperty("cost_usd") @Schema(nullable = true) BigDecimal cost) {}
