package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Why calls fail; members as of {@link CallPage}. What was undone is not counted.
 *
 * @param calls all that were meant, failed or not
 * @param share of all calls, to 6 decimals; null where there are none
 * @param reasons most frequent first, and of those that are equally so the dearest
 */
record FailedCalls(
        @JsonProperty("start_date") LocalDate startDate,
        @JsonProperty("end_date") LocalDate endDate,
        String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        long calls,
        @JsonProperty("failed_calls") long failedCalls,
        @Schema(nullable = true) BigDecimal share,
        List<Reason> reasons) {

    /**
     * @param errorMessage null: the application gave none
     * @param totalCost USD, of the priced ones; null where none is
     * @param share of all calls, failed or not, to 6 decimals
     */
    @Schema(name = "FailureReason")
    record Reason(
            String endpoint,
            String model,

            @JsonProperty("error_message") @Schema(nullable = true)
            String errorMessage,

            long calls,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal totalCost,

            @Schema(nullable = true) BigDecimal share,
            @JsonProperty("first_at") Instant firstAt,
            @JsonProperty("last_at") Instant lastAt) {}
}
