package io.tokentally.intake;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.ledger.ReserveUsage;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Reads the body of {@code POST /api/usage/reservations}; names are snake_case or their camelCase twins. */
final class ReservationReader {

    /** The most tokens one call can have; as for an event. */
    private static final long MAX_TOKENS = TokenFields.MAX;

    private static final long DEFAULT_TTL_SECONDS = 600;
    private static final long LONGEST_TTL_SECONDS = Duration.ofHours(24).toSeconds();

    /** The form of the body, for the API page. */
    @Schema(name = "ReserveUsage", description = "The most one call may use. camelCase names are accepted too.")
    record Body(
            @JsonProperty("user_id")
            @Schema(description = "Whose call; a string or an integer. Absent: the tenant's own limits alone count.")
            Object userId,

            @Schema(description = "Who sells the call; else the model's vendor", examples = "openai")
            String provider,

            @Schema(required = true, examples = "gpt-4o-mini")
            String model,

            @JsonProperty("prompt_tokens")
            @Schema(required = true, description = "At most so many go in", examples = "1200")
            Long promptTokens,

            @JsonProperty("max_completion_tokens")
            @Schema(required = true, description = "At most so many come out", examples = "500")
            Long maxCompletionTokens,

            @JsonProperty("ttl_seconds")
            @Schema(
                    defaultValue = "600",
                    minimum = "1",
                    maximum = "86400",
                    description = "The hold ends by itself after so long")
            Long ttlSeconds) {}

    private ReservationReader() {}

    /** @throws InvalidInput naming every wrong member */
    static ReserveUsage read(JsonNode body, String idempotencyKey) {
        if (body == null || !body.isObject()) {
            throw new InvalidInput("body", "must be a JSON object");
        }
        var fields = new Fields(body);
        var userErrors = new ArrayList<FieldError>();
        JsonUserId user = fields.find("user_id")
                .map(field -> JsonUserId.read(field.name(), field.value(), userErrors))
                .orElse(null);
        fields.refuse(userErrors);
        Optional<String> provider = fields.text(Text.MAX_NAME_BYTES, "provider");
        Optional<String> model = fields.requiredText("model", Text.MAX_NAME_BYTES);
        Optional<Long> prompt = required(fields, "prompt_tokens");
        Optional<Long> completion = required(fields, "max_completion_tokens");
        Optional<Long> ttl = fields.whole("ttl_seconds", 1, LONGEST_TTL_SECONDS);
        fields.refuseUnknown();
        List<FieldError> errors = fields.errors();
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return new ReserveUsage(
                user,
                provider.orElse(null),
                model.orElseThrow(),
                prompt.orElseThrow(),
                completion.orElseThrow(),
                Duration.ofSeconds(ttl.orElse(DEFAULT_TTL_SECONDS)),
                idempotencyKey == null ? null : IdempotencyKey.key(idempotencyKey));
    }

    private static Optional<Long> required(Fields fields, String name) {
        Optional<Fields.Field> field = fields.find(name);
        return field.isEmpty() ? fields.refuse(name, "is required") : fields.whole(field.get(), 0, MAX_TOKENS);
    }
}
