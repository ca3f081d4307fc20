package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One session, as far as its reader may see it. The totals hold for ever; the rest is of the calls that are kept.
 *
 * @param startDate the usage day of the first call
 * @param endDate the usage day of the last call
 * @param source of all but the totals, as of {@link CallPage}
 * @param beyondRetention as of {@link CallPage}
 * @param calls the first of them, oldest first
 * @param next goes on at {@code /api/usage/calls} with {@code order=ASC}, {@code sessionId} and the two dates, as
 *     {@code cursor}; null at the end
 */
record OneSession(
        @JsonProperty("session_id") String id,
        @JsonProperty("start_date") LocalDate startDate,
        @JsonProperty("end_date") LocalDate endDate,
        Totals totals,
        List<User> users,
        List<Part> endpoints,
        List<Part> models,
        @JsonProperty("call_types") List<Part> callTypes,
        String source,

        @JsonProperty("beyond_retention") @Schema(nullable = true)
        LocalDate beyondRetention,

        List<RecordedCall> calls,
        @Schema(nullable = true) String next) {

    /** @param cost USD, of the priced calls; null where none is */
    @Schema(name = "SessionTotals")
    record Totals(
            @JsonProperty("first_at") Instant firstAt,
            @JsonProperty("last_at") Instant lastAt,
            long calls,
            @JsonProperty("failed_calls") long failedCalls,
            @JsonProperty("unpriced_calls") long unpricedCalls,
            @JsonProperty("prompt_tokens") long promptTokens,
            @JsonProperty("completion_tokens") long completionTokens,
            @JsonProperty("total_tokens") long totalTokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost) {}

    /** @param name null: the calls without one */
    @Schema(name = "SessionPart")
    record Part(
            @Schema(nullable = true) String name,
            long calls,
            @JsonProperty("total_tokens") long tokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost) {}

    /** @param userId a number or a string, as the tenant writes it; null: nobody, or a person who was erased */
    @Schema(name = "SessionUser")
    record User(
            @JsonProperty("user_id") @Schema(nullable = true)
            Object userId,

            @Schema(nullable = true) String username,
            long calls,
            @JsonProperty("total_tokens") long tokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal cost) {}
}
