package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One person's day in the tenant's zone; a day without a call has zeros. */
public record MyDay(
        LocalDate date,
        @JsonProperty("api_calls") long calls,
        @JsonProperty("total_tokens") long tokens,
        @JsonProperty("cost_usd") @Schema(nullable = true) BigDecimal cost) {}
