package io.tokentally.shared;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What may be used in one month; null means unlimited, zero means nothing at all. The JSON names are the seed API's.
 *
 * @param tokens prompt and completion tokens together
 * @param cost USD
 */
public record MonthlyLimits(
        @JsonProperty("maxMonthlyTokens") @Schema(nullable = true)
        Long tokens,

        @JsonProperty("maxMonthlyCost") @Schema(nullable = true)
        BigDecimal cost,

        @JsonProperty("maxMonthlyCalls") @Schema(nullable = true)
        Long calls) {

    public static final MonthlyLimits NONE = new MonthlyLimits(null, null, null);
}
