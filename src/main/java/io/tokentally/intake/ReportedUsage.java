package io.tokentally.intake;

import io.tokentally.shared.TokenCounts;
import java.util.List;

/**
 * The counts as a provider reported them, before it is decided what each includes.
 *
 * @param total null when the object has none
 * @param usual the convention of this form of object, for when no total decides
 * @param possible the conventions this form is known to be sent with; the first that fits the total wins
 * @param contradictory the object gave one count twice, with different numbers
 */
record ReportedUsage(
        long input,
        long output,
        long cacheRead,
        CacheWrites cacheWrites,
        long reasoning,
        Long total,
        UsageConvention usual,
        List<UsageConvention> possible,
        boolean contradictory) {

    /** The normal form. Where the numbers cannot all be true, they are kept in the best reading and flagged. */
    ProviderUsage.Tokens settled() {
        UsageConvention convention = convention();
        long prompt = convention.cacheInside() ? input : input + cache();
        long completion = convention.reasoningInside() ? output : output + reasoning;
        boolean partsFit = cache() <= prompt && reasoning <= completion;
        return new ProviderUsage.Tokens(
                counts(Math.max(prompt, cache()), Math.max(completion, reasoning)),
                contradictory || !partsFit || !fits(convention));
    }

    private UsageConvention convention() {
        return total == null
                ? usual
                : possible.stream().filter(this::fits).findFirst().orElse(usual);
    }

    /** Reasoning larger than the output it should be part of is proof against the total. */
    private boolean fits(UsageConvention convention) {
        return total == null || total == totalBy(convention) && !(convention.reasoningInside() && reasoning > output);
    }

    private long totalBy(UsageConvention convention) {
        return input
                + output
                + (convention.cacheInside() ? 0 : cache())
                + (convention.reasoningInside() ? 0 : reasoning);
    }

    private long cache() {
        return cacheRead + cacheWrites.all();
    }

    private TokenCounts counts(long prompt, long completion) {
        return new TokenCounts(
                prompt, completion, cacheRead, cacheWrites.fiveMinutes(), cacheWrites.oneHour(), reasoning);
    }
}
