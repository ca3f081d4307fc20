package io.tokentally.reporting;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Single calls, newest day first and in it newest recorded first.
 *
 * @param next send it as {@code cursor} to read on; null at the end
 */
public record RecentCalls(
        List<Call> calls, @Schema(nullable = true) String next) {

    static RecentCalls of(CallPage page) {
        return new RecentCalls(page.calls().stream().map(Call::of).toList(), page.next());
    }

    /**
     * One recorded call, or the reversal of one.
     *
     * @param inputTokens all input, cache included
     * @param totalCost USD; null: no known price
     * @param errorMessage as the application gave it
     * @param reverses the call that this one undoes: all its numbers are negative
     */
    @Schema(name = "RecentCall")
    public record Call(
            UUID id,
            @JsonProperty("occurred_at") Instant occurredAt,
            String endpoint,
            @Schema(nullable = true) String provider,
            String model,
            @JsonProperty("prompt_tokens") long inputTokens,
            @JsonProperty("completion_tokens") long outputTokens,
            @JsonProperty("total_tokens") long totalTokens,

            @JsonProperty("total_cost") @Schema(nullable = true)
            BigDecimal totalCost,

            @JsonProperty("response_time_ms") @Schema(nullable = true)
            Long responseTimeMs,

            boolean success,

            @JsonProperty("error_message") @Schema(nullable = true)
            String errorMessage,

            @JsonProperty("cache_hit") boolean cacheHit,

            @JsonProperty("session_id") @Schema(nullable = true)
            String sessionId,

            @Schema(nullable = true) UUID reverses) {

        private static Call of(RecordedCall call) {
            return new Call(
                    call.id(),
                    call.occurredAt(),
                    call.endpoint(),
                    call.provider(),
                    call.model(),
                    call.promptTokens(),
                    call.completionTokens(),
                    call.totalTokens(),
                    call.totalCost(),
                    call.responseTimeMs(),
                    call.success(),
                    call.errorMessage(),
                    call.cacheHit(),
                    call.sessionId(),
                    call.reverses());
        }
    }
}
