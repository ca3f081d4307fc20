package io.tokentally.boot.demo;

import io.tokentally.shared.TokenCounts;

/** The models the platform calls. All but the platform's own are in the price book; that one shows what unpriced means. */
enum Model {
    GPT_4O(null, "gpt-4o", 480, 12),
    GPT_4O_MINI(null, "gpt-4o-mini", 350, 7),
    CLAUDE(null, "claude-sonnet-4-5-20250929", 900, 14),
    GEMINI(null, "gemini-2.5-flash", 400, 5),
    EMBEDDING(null, "text-embedding-3-small", 110, 0),
    IN_HOUSE("in-house", "tutor-7b", 180, 21);

    /** Null: the price book knows whose it is. */
    final String provider;

    final String id;
    private final int firstTokenMs;
    private final int msPerToken;

    Model(String provider, String id, int firstTokenMs, int msPerToken) {
        this.provider = provider;
        this.id = id;
        this.firstTokenMs = firstTokenMs;
        this.msPerToken = msPerToken;
    }

    long responseTimeMs(TokenCounts tokens, Dice dice) {
        return dice.around(firstTokenMs + tokens.uncachedPrompt() / 50 + tokens.completion() * msPerToken, 0.3);
    }
}
