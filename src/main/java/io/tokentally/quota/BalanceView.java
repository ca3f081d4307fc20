package io.tokentally.quota;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokentally.shared.MonthlyLimits;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What is used and what is left this month.
 *
 * @param allowed whether another call may be made now
 * @param tier null when the answer is about the tenant alone
 * @param usage settled use of the month; equals the statistics
 * @param held reserved and not yet settled
 * @param limits of the user's tier with their overrides, or of the tenant; null members are unlimited
 * @param available what is left under the user's and the tenant's limits together
 * @param unpricedCalls calls of this month whose model has no known price: a cost limit cannot see them
 * @param resetsAt when the next month begins in the tenant's zone
 */
public record BalanceView(
        boolean allowed,
        @Schema(nullable = true) String tier,
        Spend usage,
        Spend held,
        MonthlyLimits limits,
        Spend available,
        @JsonProperty("unpriced_calls") long unpricedCalls,
        @JsonProperty("resets_at") Instant resetsAt) {

    public static BalanceView of(Standing standing) {
        Level shown = standing.shown();
        return new BalanceView(
                standing.allowsAnotherCall(),
                standing.tier(),
                shown.used(),
                shown.held(),
                shown.limits(),
                standing.available(),
                standing.unpricedCalls(),
                standing.resetsAt());
    }
}
