package io.tokentally.reporting;

import io.tokentally.shared.Money;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What the calls of one step add up to, before it is shown. @param cost of priced calls */
record StepSums(
        long calls,
        long failedCalls,
        long cacheHits,
        long unpricedCalls,
        long promptTokens,
        long completionTokens,
        BigDecimal cost,
        long responseTimeMs,
        long timedEvents) {

    static final StepSums NOTHING = new StepSums(0, 0, 0, 0, 0, 0, BigDecimal.ZERO, 0, 0);

    /** What {@link #of} reads. */
    static final List<String> SUMS = List.of(
            "calls",
            "failed_calls",
            "cache_hits",
            "unpriced_calls",
            "prompt_tokens",
            "completion_tokens",
            "input_cost",
            "output_cost",
            "response_time_ms",
            "timed_events");

    static StepSums of(ResultSet row) throws SQLException {
        return new StepSums(
                row.getLong("calls"),
                row.getLong("failed_calls"),
                row.getLong("cache_hits"),
                row.getLong("unpriced_calls"),
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens"),
                row.getBigDecimal("input_cost").add(row.getBigDecimal("output_cost")),
                row.getLong("response_time_ms"),
                row.getLong("timed_events"));
    }

    StepSums minus(StepSums part) {
        return new StepSums(
                calls - part.calls,
                failedCalls - part.failedCalls,
                cacheHits - part.cacheHits,
                unpricedCalls - part.unpricedCalls,
                promptTokens - part.promptTokens,
                completionTokens - part.completionTokens,
                cost.subtract(part.cost),
                responseTimeMs - part.responseTimeMs,
                timedEvents - part.timedEvents);
    }

    /** @param users null: not counted */
    UsageSeries.Point at(String start, Long users) {
        return new UsageSeries.Point(
                start,
                calls,
                failedCalls,
                cacheHits,
                unpricedCalls,
                promptTokens,
                completionTokens,
                promptTokens + completionTokens,
                knownCost(),
                Figures.ResponseTime.average(responseTimeMs, timedEvents),
                users);
    }

    /** As {@code known_cost} of the database. */
    private BigDecimal knownCost() {
        return calls > 0 && unpricedCalls >= calls ? null : Money.normal(cost);
    }
}
