package io.tokentally.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.intake.Fields.Field;
import io.tokentally.ledger.Flag;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.Text;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the JSON event of {@code POST /api/usage/events}: one event, either as the command for the ledger or as the list
 * of all its wrong fields. Never throws, whatever the JSON.
 *
 * <p>Names are snake_case, or their camelCase twins. {@code null} is absent, and so is blank text, except in what
 * identifies something ({@code user_id}, {@code event_id}, {@code source}, {@code endpoint}, {@code model}): there blank
 * is a mistake. Text is kept verbatim, never trimmed. Lengths are bytes of UTF-8: the keys of the rollups must fit an index.
 */
final class UsageEventReader {

    static final int MAX_ERROR_MESSAGE_LENGTH = 10_000;
    static final long MAX_RESPONSE_TIME_MS = 1_000_000_000;

    private final Fields fields;
    private final Instant now;

    private UsageEventReader(Fields fields, Instant now) {
        this.fields = fields;
        this.now = now;
    }

    /** What became of an event. */
    sealed interface Outcome {}

    record Accepted(RecordUsage command) implements Outcome {}

    /** @param errors at least one */
    record Refused(List<FieldError> errors) implements Outcome {}

    /** @param event anything, also null */
    static Outcome read(JsonNode event, Instant now) {
        return event != null && event.isObject()
                ? new UsageEventReader(new Fields(event), now).read()
                : new Refused(List.of(new FieldError("event", "must be a JSON object")));
    }

    private Outcome read() {
        var user = fields.userId("user_id");
        var endpoint = fields.requiredText("endpoint", Text.MAX_NAME_BYTES);
        var provider = fields.text(Text.MAX_NAME_BYTES, "provider");
        var model = fields.requiredText("model", Text.MAX_NAME_BYTES);
        var tokens = tokens(provider);
        var source = fields.identity(Text.MAX_NAME_BYTES, "source");
        var eventId = fields.identity(Text.MAX_ID_BYTES, "event_id");
        var occurredAt = fields.find("occurred_at").flatMap(field -> Timestamps.past(fields, field, now));
        var sessionId = fields.label(Text.MAX_ID_BYTES, "session_id");
        var problemId = fields.label(Text.MAX_ID_BYTES, "problem_id");
        var gradeLevel = fields.label(Text.MAX_NAME_BYTES, "grade_level");
        var callType = fields.text(Text.MAX_NAME_BYTES, "call_type", "operation_type");
        var scope = fields.text(Text.MAX_NAME_BYTES, "scope");
        var gitBranch = fields.text(Text.MAX_ID_BYTES, "git_branch");
        var responseTimeMs = fields.whole("response_time_ms", 0, MAX_RESPONSE_TIME_MS);
        var success = fields.truth("success", true);
        var errorMessage = fields.text(MAX_ERROR_MESSAGE_LENGTH, "error_message");
        var cacheHit = fields.truth("cache_hit", false);
        var tags = Tags.read(fields);
        var reservation = fields.ourId("reservation_id");
        fields.refuseUnknown();

        if (!fields.errors().isEmpty()) {
            return new Refused(fields.errors());
        }
        return new Accepted(new RecordUsage(
                user.map(JsonUserId::id).orElse(null),
                user.map(JsonUserId::isNumber).orElse(false),
                endpoint.orElseThrow(),
                provider.orElse(null),
                model.orElseThrow(),
                tokens.orElseThrow().counts(),
                source.orElse(RecordUsage.DEFAULT_SOURCE),
                eventId.orElse(null),
                occurredAt.orElse(null),
                sessionId.orElse(null),
                problemId.orElse(null),
                gradeLevel.orElse(null),
                callType.orElse(null),
                scope.orElse(null),
                gitBranch.orElse(null),
                responseTimeMs.orElse(null),
                success,
                errorMessage.orElse(null),
                cacheHit,
                tags,
                tokens.orElseThrow().ambiguous() ? Set.of(Flag.AMBIGUOUS) : Set.of(),
                reservation.orElse(null)));
    }

    /** Our own fields, or the provider's object; never both, for nobody could say which is right. */
    private Optional<ProviderUsage.Tokens> tokens(Optional<String> provider) {
        var own = new TokenFields(fields);
        var usage = fields.find("usage");
        if (usage.isEmpty()) {
            return own.counts().map(counts -> new ProviderUsage.Tokens(counts, false));
        }
        own.firstSent()
                .ifPresent(name -> fields.refuse(
                        usage.get().name(), "cannot be sent together with " + name + "; send one or the other"));
        return provided(usage.get(), provider);
    }

    private Optional<ProviderUsage.Tokens> provided(Field usage, Optional<String> provider) {
        return switch (ProviderUsage.read(usage.value(), provider.orElse(null))) {
            case ProviderUsage.Tokens tokens -> Optional.of(tokens);
            case ProviderUsage.Refused refused -> {
                fields.refuse(refused.errors());
                yield Optional.empty();
            }
        };
    }
}
