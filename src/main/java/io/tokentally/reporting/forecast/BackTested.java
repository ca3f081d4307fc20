package io.tokentally.reporting.forecast;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How such projections of the same series were off before.
 *
 * @param origins past mornings on which the projection was made again from what was known then, 28 at most
 * @param days how many days each looked ahead: as many as are left now
 * @param error what they were off by, added up, as a share of what the months came to; null of nothing
 * @param errorOfSevenDayAverage the same of "the mean of the last seven days, for every day that is left"
 * @param intervalCoverage share of the mornings whose interval held what came; null when none could have been given
 */
@Schema(name = "ForecastBackTest")
public record BackTested(
        int origins,
        int days,
        @Schema(nullable = true) BigDecimal error,

        @JsonProperty("error_of_7_day_average") @Schema(nullable = true)
        BigDecimal errorOfSevenDayAverage,

        @JsonProperty("interval_coverage") @Schema(nullable = true)
        BigDecimal intervalCoverage) {}
