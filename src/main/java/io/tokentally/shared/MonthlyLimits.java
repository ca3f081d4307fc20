package io.tokentally.shared;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;

/**
 * What may be used in one month; null means unlimited, zero means nothing at all. The JSON names are the seed API's.
 *
 * @param tokens prompt and completion tokens together
 * @param cost USD
 */
public record MonthlyLimits(
        @JsonProperty("maxMonthlyTokens") Long tokens,
        @JsonProperty("maxMonthlyCost") BigDecimal cost,
        @JsonProperty("maxMonthlyCalls") Long calls) {

    public static final MonthlyLimits NONE = new MonthlyLimits(null, null, null);
}
