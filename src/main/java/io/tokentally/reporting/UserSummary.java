package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One page of users with at least one call. {@code total} counts all of them, not those of the page. */
public record UserSummary(List<Row> users, long total, long limit, long offset) {

    /** @param userId a number or a string, as the tenant writes it */
    @Schema(name = "UserSummaryRow")
    public record Row(
            @JsonProperty("user_id") Object userId,
            @Schema(nullable = true) String username,
            @Schema(nullable = true) String email,
            @JsonProperty("total_calls") long calls,
            @JsonProperty("total_tokens") long tokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost,

            @JsonProperty("last_call") Instant lastCall) {}
}
