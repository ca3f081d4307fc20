package io.tokentally.intake;

/**
 * How a provider counts: whether the parts are inside the whole it reports, or come on top. Vendors differ, and the
 * name of the vendor does not tell (a gateway may have rewritten the object); a total does.
 */
record UsageConvention(boolean cacheInside, boolean reasoningInside) {

    /** OpenAI and nearly everyone who copies its form. */
    static final UsageConvention ALL_INSIDE = new UsageConvention(true, true);

    /** Anthropic, and Bedrock Converse for most models: input is what was neither read from nor written to a cache. */
    static final UsageConvention CACHE_OUTSIDE = new UsageConvention(false, true);

    /** Gemini's thoughts, and the reasoning of xAI and Perplexity. */
    static final UsageConvention REASONING_OUTSIDE = new UsageConvention(true, false);
}
