package io.tokentally.intake;

import static io.tokentally.intake.UsageConvention.ALL_INSIDE;
import static io.tokentally.intake.UsageConvention.CACHE_OUTSIDE;
import static io.tokentally.intake.UsageConvention.REASONING_OUTSIDE;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The forms usage objects come in, each known by the members it cannot be without. The name lists hold what the many
 * compatible servers, gateways and client libraries call the same count.
 */
enum UsageShape {

    /** OpenAI chat, completions and embeddings; Azure, Mistral, Groq, DeepSeek, xAI, OpenRouter, LiteLLM. */
    CHAT("prompt_tokens", "completion_tokens") {
        @Override
        ReportedUsage report(UsageCounts counts, String provider) {
            return new ReportedUsage(
                    counts.required("prompt_tokens"),
                    counts.count("completion_tokens"),
                    counts.count(
                            "prompt_tokens_details.cached_tokens",
                            "prompt_cache_hit_tokens",
                            "cache_read_input_tokens",
                            "cached_tokens"),
                    CacheWrites.of(
                            counts.count(
                                    "prompt_tokens_details.cache_write_tokens",
                                    "prompt_tokens_details.cache_creation_tokens",
                                    "cache_creation_input_tokens"),
                            breakdown(counts)),
                    counts.count("completion_tokens_details.reasoning_tokens", "reasoning_tokens"),
                    counts.optional("total_tokens").orElse(null),
                    addsReasoning(provider) ? REASONING_OUTSIDE : ALL_INSIDE,
                    List.of(ALL_INSIDE, REASONING_OUTSIDE, CACHE_OUTSIDE),
                    counts.contradictory());
        }
    },

    /**
     * OpenAI responses and realtime, Anthropic messages, Bedrock Converse. They share their two main names and differ in
     * where the cache parts stand: as details of the input they are inside it, beside the input they come on top.
     */
    INPUT_OUTPUT("input_tokens", "output_tokens") {
        @Override
        ReportedUsage report(UsageCounts counts, String provider) {
            return new ReportedUsage(
                    counts.required("input_tokens"),
                    counts.required("output_tokens"),
                    counts.count(
                            "input_tokens_details.cached_tokens",
                            "input_token_details.cached_tokens",
                            "input_token_details.cache_read",
                            "cached_input_tokens",
                            "cache_read_input_tokens"),
                    CacheWrites.of(
                            counts.count(
                                    "input_tokens_details.cache_write_tokens",
                                    "input_token_details.cache_write_tokens",
                                    "input_token_details.cache_creation",
                                    "cache_creation_input_tokens",
                                    "cache_write_input_tokens"),
                            breakdown(counts)),
                    counts.count(
                            "output_tokens_details.reasoning_tokens",
                            "output_tokens_details.thinking_tokens",
                            "output_token_details.reasoning_tokens",
                            "output_token_details.reasoning",
                            "reasoning_output_tokens",
                            "reasoning_tokens"),
                    counts.optional("total_tokens").orElse(null),
                    cacheIsBeside(counts) ? CACHE_OUTSIDE : ALL_INSIDE,
                    List.of(ALL_INSIDE, CACHE_OUTSIDE),
                    counts.contradictory() || counts.leavesOutIterations("iterations"));
        }

        private boolean cacheIsBeside(UsageCounts counts) {
            return breakdown(counts).all() > 0
                    || counts.anyPositive(
                            "cache_read_input_tokens", "cache_creation_input_tokens", "cache_write_input_tokens");
        }
    },

    /** Gemini, where a count of zero is simply absent, and both thoughts and the results of tools come on top. */
    GEMINI("prompt_token_count", "candidates_token_count", "response_token_count") {
        @Override
        ReportedUsage report(UsageCounts counts, String provider) {
            return new ReportedUsage(
                    counts.count("prompt_token_count") + counts.count("tool_use_prompt_token_count"),
                    counts.count("candidates_token_count", "response_token_count"),
                    counts.count("cached_content_token_count"),
                    NO_WRITES,
                    counts.count("thoughts_token_count"),
                    counts.optional("total_token_count").orElse(null),
                    REASONING_OUTSIDE,
                    List.of(REASONING_OUTSIDE, ALL_INSIDE),
                    counts.contradictory());
        }
    };

    private static final CacheWrites NO_WRITES = new CacheWrites(0, 0);

    /** Vendors that do not count reasoning as output; lower case, letters only. */
    private static final Set<String> REASONING_ADDERS = Set.of("xai", "perplexity");

    private final String[] marks;

    UsageShape(String... marks) {
        this.marks = marks;
    }

    /**
     * The object as each shape that recognises it reads it; none when it is of no known shape. Gateways fill the members
     * of other shapes with zeros: those say nothing.
     */
    static List<ReportedUsage> reportsIn(UsageCounts counts, String provider) {
        List<UsageShape> recognised =
                Stream.of(values()).filter(shape -> counts.hasAny(shape.marks)).toList();
        List<UsageShape> telling = recognised.stream()
                .filter(shape -> counts.anyPositive(shape.marks))
                .toList();
        return (telling.isEmpty() ? recognised : telling)
                .stream().map(shape -> shape.report(counts, provider)).toList();
    }

    abstract ReportedUsage report(UsageCounts counts, String provider);

    private static CacheWrites breakdown(UsageCounts counts) {
        return new CacheWrites(
                        counts.count(
                                "cache_creation.ephemeral_5m_input_tokens",
                                "prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens"),
                        counts.count(
                                "cache_creation.ephemeral_1h_input_tokens",
                                "prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens"))
                .plus(counts.writesByLife("cache_details"));
    }

    private static boolean addsReasoning(String provider) {
        return provider != null
                && REASONING_ADDERS.contains(provider.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""));
    }
}
