package io.tokentally.intake;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The form of an event, for the API page only; {@link UsageEventReader} reads it and says what is wrong with it. */
@Schema(
        description = "One LLM call. Every snake_case name is also accepted in camelCase. Send either prompt_tokens and"
                + " completion_tokens, or usage: the provider's own object as it came. Prompts and completions are never"
                + " sent: content is not kept.")
record UsageEvent(
        @JsonProperty("user_id")
        @Schema(description = "Who consumed: a string, or an integer within ±(2^53 − 1)", examples = "123")
        Object userId,

        @Schema(required = true, description = "The feature that made the call", examples = "analyze_homework")
        String endpoint,

        @Schema(required = true, examples = "gpt-4o-mini") String model,

        @Schema(description = "Who sold the call; else the model's vendor", examples = "openai")
        String provider,

        @JsonProperty("prompt_tokens")
        @Schema(description = "All input, cache reads and writes included", examples = "1200")
        Long promptTokens,

        @JsonProperty("completion_tokens") @Schema(description = "All output, reasoning included", examples = "300")
        Long completionTokens,

        @JsonProperty("total_tokens") @Schema(description = "When sent, must add up")
        Long totalTokens,

        @JsonProperty("cache_read_tokens") @Schema(description = "Part of prompt_tokens")
        Long cacheReadTokens,

        @JsonProperty("cache_write_tokens") @Schema(description = "Part of prompt_tokens")
        Long cacheWriteTokens,

        @JsonProperty("cache_write_1h_tokens") @Schema(description = "Part of cache_write_tokens kept for an hour")
        Long cacheWrite1hTokens,

        @JsonProperty("reasoning_tokens") @Schema(description = "Part of completion_tokens")
        Long reasoningTokens,

        @Schema(
                type = SchemaType.OBJECT,
                description = "The provider's own usage object: OpenAI, Anthropic, Gemini, Bedrock Converse")
        Object usage,

        @JsonProperty("event_id") @Schema(description = "With source, identifies the call for ever")
        String eventId,

        @Schema(defaultValue = "api", description = "The sender's name for itself")
        String source,

        @JsonProperty("occurred_at")
        @Schema(description = "When the call happened; now, when absent. At most 24 hours ahead.")
        OffsetDateTime occurredAt,

        @JsonProperty("session_id") String sessionId,
        @JsonProperty("problem_id") String problemId,
        @JsonProperty("grade_level") String gradeLevel,
        @JsonProperty("call_type") String callType,
        String scope,
        @JsonProperty("git_branch") String gitBranch,
        @JsonProperty("response_time_ms") Long responseTimeMs,
        @Schema(defaultValue = "true") Boolean success,
        @JsonProperty("error_message") String errorMessage,

        @JsonProperty("cache_hit")
        @Schema(defaultValue = "false", description = "Answered from your own cache: no call, cost 0")
        Boolean cacheHit,

        @Schema(description = "Your own labels: text, numbers, booleans")
        Map<String, Object> tags,

        @JsonProperty("reservation_id")
        @Schema(
                description =
                        "The reservation this call settles. Without occurred_at the call happened when it was"
                                + " granted. The event is recorded whatever became of the reservation; reservation_status tells.")
        UUID reservationId) {}
