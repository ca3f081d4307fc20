package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tokentally.shared.JsonUserId;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One recorded call with all that is kept of it, or the reversal of one.
 *
 * @param day the day of {@code occurredAt} in the tenant's zone
 * @param userId a number or a string, as the tenant writes it; null: nobody's, or of a person who was erased
 * @param calls 1; of a cache hit 0, of a reversal -1
 * @param promptTokens all input, cache included
 * @param completionTokens all output, reasoning included
 * @param totalCost USD; null: no known price
 * @param errorMessage as the application gave it
 * @param flags what must be known about how the numbers came about
 * @param reverses the call that this one undoes: all its numbers are negative
 */
record RecordedCall(
        UUID id,
        String source,
        @JsonProperty("event_id") @Schema(nullable = true) String eventId,

        @JsonProperty("occurred_at") Instant occurredAt,
        @JsonProperty("recorded_at") Instant recordedAt,
        @JsonProperty("usage_day") LocalDate day,

        @JsonProperty("user_id") @Schema(nullable = true) Object userId,

        @Schema(nullable = true) String username,
        String endpoint,
        @Schema(nullable = true) String provider,
        String model,

        @JsonProperty("call_type") @Schema(nullable = true) String callType,

        @Schema(nullable = true) String scope,

        @JsonProperty("session_id") @Schema(nullable = true) String sessionId,

        @JsonProperty("problem_id") @Schema(nullable = true) String problemId,

        @JsonProperty("grade_level") @Schema(nullable = true)
        String gradeLevel,

        @JsonProperty("git_branch") @Schema(nullable = true) String gitBranch,

        long calls,
        @JsonProperty("prompt_tokens") long promptTokens,
        @JsonProperty("completion_tokens") long completionTokens,
        @JsonProperty("total_tokens") long totalTokens,
        @JsonProperty("cache_read_tokens") long cacheReadTokens,
        @JsonProperty("cache_write_5m_tokens") long cacheWrite5mTokens,
        @JsonProperty("cache_write_1h_tokens") long cacheWrite1hTokens,
        @JsonProperty("reasoning_tokens") long reasoningTokens,

        @JsonProperty("input_cost") @Schema(nullable = true) BigDecimal inputCost,

        @JsonProperty("output_cost") @Schema(nullable = true)
        BigDecimal outputCost,

        @JsonProperty("total_cost") @Schema(nullable = true) BigDecimal totalCost,

        @JsonProperty("response_time_ms") @Schema(nullable = true)
        Long responseTimeMs,

        boolean success,

        @JsonProperty("error_message") @Schema(nullable = true)
        String errorMessage,

        @JsonProperty("cache_hit") boolean cacheHit,

        @JsonRawValue @Schema(type = SchemaType.OBJECT, nullable = true)
        String tags,

        List<String> flags,
        @Schema(nullable = true) UUID reverses,

        @JsonProperty("reversal_reason") @Schema(nullable = true)
        String reversalReason) {

    /** A row of the table with the user's columns beside it. */
    static RecordedCall of(ResultSet row) throws SQLException {
        return new RecordedCall(
                row.getObject("id", UUID.class),
                row.getString("source"),
                row.getString("event_id"),
                instant(row, "occurred_at"),
                instant(row, "recorded_at"),
                row.getObject("usage_day", LocalDate.class),
                JsonUserId.toJson(row.getString("user_id"), row.getObject("user_id_is_number", Boolean.class)),
                row.getString("username"),
                row.getString("endpoint"),
                row.getString("provider"),
                row.getString("model"),
                row.getString("call_type"),
                row.getString("scope"),
                row.getString("session_id"),
                row.getString("problem_id"),
                row.getString("grade_level"),
                row.getString("git_branch"),
                row.getLong("calls"),
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens"),
                row.getLong("total_tokens"),
                row.getLong("cache_read_tokens"),
                row.getLong("cache_write_5m_tokens"),
                row.getLong("cache_write_1h_tokens"),
                row.getLong("reasoning_tokens"),
                row.getBigDecimal("input_cost"),
                row.getBigDecimal("output_cost"),
                row.getBigDecimal("total_cost"),
                row.getObject("response_time_ms", Long.class),
                row.getBoolean("success"),
                row.getString("error_message"),
                row.getBoolean("cache_hit"),
                row.getString("tags"),
                List.of((String[]) row.getArray("flags").getArray()),
                row.getObject("reverses", UUID.class),
                row.getString("reversal_reason"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
