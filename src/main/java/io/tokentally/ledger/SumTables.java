package io.tokentally.ledger;

import io.tokentally.ledger.SumTable.SumColumn;
import java.time.LocalDate;

/** Which sums are kept beside the facts, and by which keys. */
final class SumTables {

    /** Empty text stands for none: a key has no null. */
    record EndpointDay(LocalDate day, String endpoint, String provider, String model, String callType, String scope) {}

    record UserDay(LocalDate day, long userKey) {}

    record UserMonth(long userKey, LocalDate month) {}

    private static final SumColumn EVENTS = SumColumn.count("events", Sums::events);
    private static final SumColumn CALLS = SumColumn.count("calls", Sums::calls);
    private static final SumColumn UNPRICED = SumColumn.count("unpriced_calls", Sums::unpricedCalls);
    private static final SumColumn PROMPT =
            SumColumn.count("prompt_tokens", sums -> sums.tokens().prompt());
    private static final SumColumn COMPLETION =
            SumColumn.count("completion_tokens", sums -> sums.tokens().completion());
    private static final SumColumn INPUT_COST = SumColumn.amount("input_cost", Sums::inputCost);
    private static final SumColumn OUTPUT_COST = SumColumn.amount("output_cost", Sums::outputCost);

    private static final SumColumn[] USED = {
        EVENTS,
        SumColumn.count("used_calls", Sums::calls),
        SumColumn.count("used_prompt_tokens", sums -> sums.tokens().prompt()),
        SumColumn.count("used_completion_tokens", sums -> sums.tokens().completion()),
        SumColumn.amount("used_cost", Sums::totalCost),
        UNPRICED
    };

    static final SumTable<EndpointDay> ENDPOINT_DAY = new SumTable<EndpointDay>("rollup_endpoint_day")
            .key("usage_day", "date", EndpointDay::day)
            .key("endpoint", "text", EndpointDay::endpoint)
            .key("provider", "text", EndpointDay::provider)
            .key("model", "text", EndpointDay::model)
            .key("call_type", "text", EndpointDay::callType)
            .key("scope", "text", EndpointDay::scope)
            .sums(EVENTS, CALLS, UNPRICED, PROMPT, COMPLETION, INPUT_COST, OUTPUT_COST)
            .sums(
                    SumColumn.count("failed_calls", Sums::failedCalls),
                    SumColumn.count("cache_hits", Sums::cacheHits),
                    SumColumn.count("cache_read_tokens", sums -> sums.tokens().cacheRead()),
                    SumColumn.count("cache_write_tokens", sums -> sums.tokens().cacheWrite()),
                    SumColumn.count("reasoning_tokens", sums -> sums.tokens().reasoning()),
                    SumColumn.count("response_time_ms", Sums::responseTimeMs),
                    SumColumn.count("timed_events", Sums::timedEvents));

    static final SumTable<String> SESSION = new SumTable<String>("rollup_session")
            .key("session_id", "text", session -> session)
            .sums(EVENTS, CALLS, UNPRICED, PROMPT, COMPLETION, INPUT_COST, OUTPUT_COST)
            .sums(SumColumn.earliest("first_at"), SumColumn.latest("last_at"));

    static final SumTable<UserDay> USER_DAY = new SumTable<UserDay>("rollup_user_day")
            .key("usage_day", "date", UserDay::day)
            .key("user_key", "bigint", UserDay::userKey)
            .sums(EVENTS, CALLS, UNPRICED, PROMPT, COMPLETION, INPUT_COST, OUTPUT_COST);

    static final SumTable<LocalDate> TENANT_DAY = new SumTable<LocalDate>("rollup_tenant_day")
            .key("usage_day", "date", day -> day)
            .sums(SumColumn.count("users", Sums::users))
            .sums(EVENTS, CALLS, UNPRICED, PROMPT, COMPLETION, INPUT_COST, OUTPUT_COST);

    static final SumTable<UserMonth> USER_MONTH = new SumTable<UserMonth>("quota_balance")
            .key("user_key", "bigint", UserMonth::userKey)
            .key("month", "date", UserMonth::month)
            .sums(USED)
            .sums(SumColumn.earliest("first_call"), SumColumn.latest("last_call"));

    static final SumTable<LocalDate> TENANT_MONTH = new SumTable<LocalDate>("tenant_balance")
            .key("month", "date", month -> month)
            .sums(SumColumn.count("users", Sums::users))
            .sums(USED);

    private SumTables() {}
}
