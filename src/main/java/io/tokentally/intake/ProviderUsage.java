package io.tokentally.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.TokenCounts;
import java.util.List;

/**
 * A provider's own usage object, taken verbatim and brought to one inclusive form.
 *
 * <p>Its shape is inferred from its fields, never from the vendor: OpenAI chat and completions and everyone who copies
 * them, embeddings, OpenAI responses and realtime, Anthropic messages, Bedrock Converse, Gemini; each in snake_case or
 * camelCase. Members that are not known are ignored. An object that mixes shapes is read by each of them, and accepted
 * when all come to the same counts.
 */
public sealed interface ProviderUsage {

    /** More tokens than this in one call are a mistake, not a call. */
    long MAX_TOKENS = 100_000_000;

    /** @param ambiguous the object contradicted itself; the counts are its best reading */
    record Tokens(TokenCounts counts, boolean ambiguous) implements ProviderUsage {}

    /** @param errors at least one; fields are named from {@code usage} on, as the caller wrote them */
    record Refused(List<FieldError> errors) implements ProviderUsage {}

    /**
     * Never throws, whatever the JSON.
     *
     * @param usage anything, also null
     * @param provider who sold the call, or null; asked only where the numbers do not tell how reasoning was counted
     */
    static ProviderUsage read(JsonNode usage, String provider) {
        if (usage == null || !usage.isObject()) {
            return refused("must be an object: the provider's own usage, verbatim");
        }
        var counts = new UsageCounts(usage);
        List<ReportedUsage> reports = UsageShape.reportsIn(counts, provider);
        return counts.errors().isEmpty() ? agreed(reports) : new Refused(counts.errors());
    }

    private static ProviderUsage agreed(List<ReportedUsage> reports) {
        List<Tokens> readings = reports.stream().map(ReportedUsage::settled).toList();
        return switch ((int) readings.stream().map(Tokens::counts).distinct().count()) {
            case 0 ->
                refused("must hold the counts of a known shape, such as prompt_tokens, input_tokens"
                        + " or promptTokenCount");
            case 1 -> plausible(readings.getFirst().counts(), readings.stream().anyMatch(Tokens::ambiguous));
            default -> refused("mixes the shapes of several providers, and they disagree");
        };
    }

    private static ProviderUsage plausible(TokenCounts counts, boolean ambiguous) {
        return counts.total() > MAX_TOKENS
                ? refused("must come to at most " + MAX_TOKENS + " tokens in one call")
                : new Tokens(counts, ambiguous);
    }

    private static ProviderUsage refused(String message) {
        return new Refused(List.of(new FieldError("usage", message)));
    }
}
