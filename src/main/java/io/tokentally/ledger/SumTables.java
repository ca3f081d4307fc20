package io.tokentally.ledger;

import io.tokentally.ledger.SumTable.SumColumn;
import io.tokentally.shared.TenantId;

/** Which sums are kept beside the facts, and by which keys. The balances, which limits look at, are in {@link Balances}. */
final class SumTables {

    /** What the application said of a call. Empty text stands for none: a key has no null. */
    record Context(
            TenantId tenant,
            Period period,
            String endpoint,
            String provider,
            String model,
            String callType,
            String scope,
            String gitBranch,
            String source,
            boolean success) {}

    record Session(TenantId tenant, Period period, String id) {}

    /** @param userKey 0: the tenant's own calls */
    record User(Whole whole, long userKey) {}

    /** The whole tenant. */
    record Whole(TenantId tenant, Period period) {}

    /** Stands for a user where calls have none; no user has this key. */
    static final long NO_USER = 0;

    private static final SumColumn[] SUMS = {
        SumColumn.count("events", Sums::events),
        SumColumn.count("calls", Sums::calls),
        SumColumn.count("failed_calls", Sums::failedCalls),
        SumColumn.count("cache_hits", Sums::cacheHits),
        SumColumn.count("unpriced_calls", Sums::unpricedCalls),
        SumColumn.count("prompt_tokens", sums -> sums.tokens().prompt()),
        SumColumn.count("completion_tokens", sums -> sums.tokens().completion()),
        SumColumn.count("cache_read_tokens", sums -> sums.tokens().cacheRead()),
        SumColumn.count("cache_write_tokens", sums -> sums.tokens().cacheWrite()),
        SumColumn.count("reasoning_tokens", sums -> sums.tokens().reasoning()),
        SumColumn.amount("input_cost", Sums::inputCost),
        SumColumn.amount("output_cost", Sums::outputCost),
        SumColumn.count("response_time_ms", Sums::responseTimeMs),
        SumColumn.count("timed_events", Sums::timedEvents),
        SumColumn.responseTimes("response_times")
    };

    static final SumTable<Context> CONTEXT = new SumTable<Context>("rollup_context")
            .key("tenant_id", "text", key -> key.tenant().value())
            .key("grain", "text", key -> key.period().grain().inSql())
            .key("period", "date", key -> key.period().start())
            .key("endpoint", "text", Context::endpoint)
            .key("provider", "text", Context::provider)
            .key("model", "text", Context::model)
            .key("call_type", "text", Context::callType)
            .key("scope", "text", Context::scope)
            .key("git_branch", "text", Context::gitBranch)
            .key("source", "text", Context::source)
            .key("success", "boolean", Context::success)
            .sums(SUMS);

    static final SumTable<Session> SESSION = new SumTable<Session>("rollup_session")
            .key("tenant_id", "text", key -> key.tenant().value())
            .key("grain", "text", key -> key.period().grain().inSql())
            .key("period", "date", key -> key.period().start())
            .key("session_id", "text", Session::id)
            .sums(SUMS)
            .sums(
                    SumColumn.earliest("first_at"),
                    SumColumn.latest("last_at"),
                    SumColumn.firstDay("first_day"),
                    SumColumn.lastDay("last_day"));

    static final SumTable<User> USER = new SumTable<User>("rollup_user")
            .key("tenant_id", "text", key -> key.whole().tenant().value())
            .key("grain", "text", key -> key.whole().period().grain().inSql())
            .key("period", "date", key -> key.whole().period().start())
            .key("user_key", "bigint", User::userKey)
            .sums(SUMS)
            .sums(SumColumn.earliest("first_at"), SumColumn.latest("last_at"));

    static final SumTable<Whole> WHOLE = new SumTable<Whole>("rollup_tenant")
            .key("tenant_id", "text", key -> key.tenant().value())
            .key("grain", "text", key -> key.period().grain().inSql())
            .key("period", "date", key -> key.period().start())
            .sums(SumColumn.count("users", Sums::users))
            .sums(SUMS);

    private SumTables() {}
}
