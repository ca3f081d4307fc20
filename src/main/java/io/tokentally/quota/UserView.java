package io.tokentally.quota;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tokentally.shared.MonthlyLimits;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A person, what they may use and what they have used this month.
 *
 * @param userId a string, or an integer where the tenant writes it so
 * @param tier the tenant's default one, unless they have one of their own
 * @param ownTier null: none, so that they follow the tenant's default
 * @param limits in force for this user: the tier's with the user's own over them
 * @param limitOverrides the user's own alone, as a change takes them: null in one is unlimited, an absent one is the tier's
 * @param usage settled use of this month
 * @param held reserved and not yet settled, what is due left out
 * @param available what is left under the user's own limits; a check also asks the tenant's
 * @param unpricedCalls calls of this month that a cost limit could not see
 * @param lastCall ever; null: none
 */
public record UserView(
        @JsonProperty("user_id") Object userId,
        @Schema(nullable = true) String username,
        @Schema(nullable = true) String email,
        String tier,
        @JsonProperty("own_tier") @Schema(nullable = true) String ownTier,
        MonthlyLimits limits,

        @JsonProperty("limit_overrides")
        @Schema(
                implementation = MonthlyLimits.class,
                description = "Only the limits that are the user's own, as PUT takes them; null in one is unlimited")
        Map<String, Object> limitOverrides,

        Spend usage,
        Spend held,
        Spend available,
        @JsonProperty("unpriced_calls") long unpricedCalls,
        @JsonProperty("last_call") @Schema(nullable = true) Instant lastCall,
        @JsonProperty("created_at") Instant createdAt) {}
