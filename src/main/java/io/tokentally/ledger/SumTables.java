package io.tokentally.ledger;

import io.tokentally.ledger.SumTable.SumColumn;
import io.tokentally.shared.TenantId;
import java.time.LocalDate;

/** Which sums are kept beside the facts, and by which keys. The balances, which limits look at, are in {@link Balances}. */
final class SumTables {

    /** Empty text stands for none: a key has no null. */
    record EndpointDay(
            TenantId tenant,
            LocalDate day,
            String endpoint,
            String provider,
            String model,
            String callType,
            String scope) {}

    record Session(TenantId tenant, String id) {}

    record UserDay(TenantDay day, long userKey) {}

    record TenantDay(TenantId tenant, LocalDate day) {}

    private static final SumColumn[] SUMS = {
        SumColumn.count("events", Sums::events),
        SumColumn.count("calls", Sums::calls),
        SumColumn.count("unpriced_calls", Sums::unpricedCalls),
        SumColumn.count("prompt_tokens", sums -> sums.tokens().prompt()),
        SumColumn.count("completion_tokens", sums -> sums.tokens().completion()),
        SumColumn.amount("input_cost", Sums::inputCost),
        SumColumn.amount("output_cost", Sums::outputCost)
    };

    static final SumTable<EndpointDay> ENDPOINT_DAY = new SumTable<EndpointDay>("rollup_endpoint_day")
            .key("tenant_id", "text", key -> key.tenant().value())
            .key("usage_day", "date", EndpointDay::day)
            .key("endpoint", "text", EndpointDay::endpoint)
            .key("provider", "text", EndpointDay::provider)
            .key("model", "text", EndpointDay::model)
            .key("call_type", "text", EndpointDay::callType)
            .key("scope", "text", EndpointDay::scope)
            .sums(SUMS)
            .sums(
                    SumColumn.count("failed_calls", Sums::failedCalls),
                    SumColumn.count("cache_hits", Sums::cacheHits),
                    SumColumn.count("cache_read_tokens", sums -> sums.tokens().cacheRead()),
                    SumColumn.count("cache_write_tokens", sums -> sums.tokens().cacheWrite()),
                    SumColumn.count("reasoning_tokens", sums -> sums.tokens().reasoning()),
                    SumColumn.count("response_time_ms", Sums::responseTimeMs),
                    SumColumn.count("timed_events", Sums::timedEvents));

    static final SumTable<Session> SESSION = new SumTable<Session>("rollup_session")
            .key("tenant_id", "text", key -> key.tenant().value())
            .key("session_id", "text", Session::id)
            .sums(SUMS)
            .sums(SumColumn.earliest("first_at"), SumColumn.latest("last_at"));

    static final SumTable<UserDay> USER_DAY = new SumTable<UserDay>("rollup_user_day")
            .key("tenant_id", "text", key -> key.day().tenant().value())
            .key("usage_day", "date", key -> key.day().day())
            .key("user_key", "bigint", UserDay::userKey)
            .sums(SUMS);

    static final SumTable<TenantDay> TENANT_DAY = new SumTable<TenantDay>("rollup_tenant_day")
            .key("tenant_id", "text", key -> key.tenant().value())
            .key("usage_day", "date", TenantDay::day)
            .sums(SumColumn.count("users", Sums::users))
            .sums(SUMS);

    private SumTables() {}
}
