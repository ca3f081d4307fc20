package io.tokentally.shared;

/**
 * The tokens of one call in one inclusive form, whatever the provider reports.
 *
 * @param prompt all input, cache reads and writes included
 * @param completion all output, reasoning included
 * @param cacheRead part of {@code prompt} that was read from the provider's cache
 * @param cacheWrite5m part of {@code prompt} written to the provider's cache for its default (5-minute) life
 * @param cacheWrite1h part of {@code prompt} written to the cache for an hour
 * @param reasoning part of {@code completion} spent on reasoning; informational, it has no rate of its own
 */
public record TokenCounts(
        long prompt, long completion, long cacheRead, long cacheWrite5m, long cacheWrite1h, long reasoning) {

    public static final TokenCounts NONE = new TokenCounts(0, 0, 0, 0, 0, 0);

    public TokenCounts {
        if (prompt < 0 || completion < 0 || cacheRead < 0 || cacheWrite5m < 0 || cacheWrite1h < 0 || reasoning < 0) {
            throw new IllegalArgumentException("token counts are never negative");
        }
        if (cacheRead + cacheWrite5m + cacheWrite1h > prompt) {
            throw new IllegalArgumentException("cache tokens are parts of the prompt");
        }
        if (reasoning > completion) {
            throw new IllegalArgumentException("reasoning tokens are part of the completion");
        }
    }

    public static TokenCounts of(long prompt, long completion) {
        return new TokenCounts(prompt, completion, 0, 0, 0, 0);
    }

    public long total() {
        return prompt + completion;
    }

    public long cacheWrite() {
        return cacheWrite5m + cacheWrite1h;
    }

    /** The part of the prompt billed at the plain input rate. */
    public long uncachedPrompt() {
        return prompt - cacheRead - cacheWrite5m - cacheWrite1h;
    }
}
