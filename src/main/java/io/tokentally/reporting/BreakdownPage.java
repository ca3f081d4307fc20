package io.tokentally.reporting;

import io.tokentally.shared.QueryParameters;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which groups a caller asks for. */
record BreakdownPage(long limit, long offset, SortBy sortBy, SummaryPage.Order order) {

    private static final long LARGEST_PAGE = 1_000;

    /** What groups can be sorted by; an unpriced call counts as 0 here. The closed list that SQL text comes from. */
    enum SortBy {
        CALLS("calls"),
        FAILED_CALLS("failed_calls"),
        CACHE_HITS("cache_hits"),
        UNPRICED_CALLS("unpriced_calls"),
        PROMPT_TOKENS("prompt_tokens"),
        COMPLETION_TOKENS("completion_tokens"),
        TOTAL_TOKENS("prompt_tokens + completion_tokens"),
        INPUT_COST("input_cost"),
        OUTPUT_COST("output_cost"),
        TOTAL_COST("input_cost + output_cost"),
        AVG_TOKENS_PER_CALL("(prompt_tokens + completion_tokens) / nullif(calls, 0)"),
        AVG_COST_PER_CALL("(input_cost + output_cost) / nullif(calls - unpriced_calls, 0)"),
        AVG_RESPONSE_TIME("response_time_ms / nullif(timed_events, 0)");

        private final String expression;

        SortBy(String expression) {
            this.expression = expression;
        }

        String expression() {
            return expression;
        }

        /** What the expression reads. */
        List<String> sums() {
            return SumsQuery.ALL_SUMS.stream().filter(expression::contains).toList();
        }
    }

    static BreakdownPage read(QueryParameters parameters, String limit, String offset, String sortBy, String order) {
        return new BreakdownPage(
                parameters.number("limit", limit, 100, 1, LARGEST_PAGE),
                parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE),
                parameters.oneOf("sortBy", sortBy, SortBy.class, SortBy.TOTAL_COST),
                parameters.oneOf("order", order, SummaryPage.Order.class, SummaryPage.Order.DESC));
    }

    static BreakdownPage dearest(long limit) {
        return new BreakdownPage(limit, 0, SortBy.TOTAL_COST, SummaryPage.Order.DESC);
    }

    boolean isByCostDescending() {
        return sortBy == SortBy.TOTAL_COST && order == SummaryPage.Order.DESC;
    }

    BreakdownPage fromTheStart() {
        return new BreakdownPage(limit, 0, sortBy, order);
    }

    /** The keys make the order total, so that pages neither overlap nor skip. */
    String orderBy(int keys) {
        return "rank " + order + " nulls last"
                + IntStream.range(0, keys).mapToObj(i -> ", k" + i).collect(Collectors.joining());
    }
}
