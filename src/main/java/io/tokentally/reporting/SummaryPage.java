package io.tokentally.reporting;

import io.tokentally.shared.QueryParameters;

/** Which page of the users a caller asks for. */
record SummaryPage(long limit, long offset, SortBy sortBy, Order order) {

    private static final long LARGEST_PAGE = 10_000;

    /** What users can be sorted by, each the column of the view it names: the closed list that SQL text comes from. */
    enum SortBy {
        USER_ID,
        USERNAME,
        EMAIL,
        TOTAL_CALLS,
        TOTAL_TOKENS,
        TOTAL_COST,
        LAST_CALL
    }

    enum Order {
        ASC,
        DESC
    }

    static SummaryPage read(String limit, String offset, String sortBy, String order) {
        var parameters = new QueryParameters();
        var page = new SummaryPage(
                parameters.number("limit", limit, 100, 1, LARGEST_PAGE),
                parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE),
                parameters.oneOf("sortBy", sortBy, SortBy.class, SortBy.TOTAL_COST),
                parameters.oneOf("order", order, Order.class, Order.DESC));
        parameters.mustBeGood();
        return page;
    }

    /** The user's key makes the order total, so that pages neither overlap nor skip. */
    String orderBy() {
        return sortBy.name() + " " + order + " nulls last, user_key";
    }
}
