package io.tokentally.quota;

import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.UserId;

/**
 * Which of the tenant's people a caller asks for, and in which order.
 *
 * @param part of an id, username or email; null: anybody
 * @param tier those on it, be it by default; null: on any
 * @param after in the order by id alone: from whom on; null: from the first
 */
public record UserListing(String part, String tier, UserId after, long limit, long offset, SortBy sortBy, Order order) {

    private static final int MAX_BYTES = 320;
    private static final String ONLY_BY_ID = "reads on in the order by id alone: leave it out, and send offset instead";

    /** Each the column it names: the closed list that SQL text comes from. The numbers are this month's. */
    enum SortBy {
        USER_ID(Order.ASC),
        USERNAME(Order.ASC),
        EMAIL(Order.ASC),
        TIER(Order.ASC),
        TOKENS(Order.DESC),
        COST(Order.DESC),
        CALLS(Order.DESC),
        LAST_CALL(Order.DESC),
        CREATED_AT(Order.DESC);

        private final Order usual;

        SortBy(Order usual) {
            this.usual = usual;
        }
    }

    enum Order {
        ASC,
        DESC
    }

    static UserListing read(
            String part, String tier, String after, String limit, String offset, String sortBy, String order) {
        var parameters = new QueryParameters();
        UserListing listing = read(parameters, part, tier, after, limit, offset, sortBy, order);
        if (after != null && (offset != null || !listing.isById())) {
            parameters.wrong("after", ONLY_BY_ID);
        }
        parameters.mustBeGood();
        return listing;
    }

    /**
     * For a file, which has no pages.
     *
     * @throws io.tokentally.shared.InvalidInput also for what was wrong in {@code parameters} before
     */
    public static UserListing all(QueryParameters parameters, String part, String tier, String sortBy, String order) {
        UserListing listing = read(parameters, part, tier, null, null, null, sortBy, order);
        parameters.mustBeGood();
        return listing;
    }

    private static UserListing read(
            QueryParameters parameters,
            String part,
            String tier,
            String after,
            String limit,
            String offset,
            String sortBy,
            String order) {
        SortBy by = parameters.oneOf("sortBy", sortBy, SortBy.class, SortBy.USER_ID);
        return new UserListing(
                parameters.text("q", part, MAX_BYTES),
                parameters.text("tier", tier, MAX_BYTES),
                parameters.userId("after", after),
                parameters.number("limit", limit, 100, 1, 1_000),
                parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE),
                by,
                parameters.oneOf("order", order, Order.class, by.usual));
    }

    boolean isById() {
        return sortBy == SortBy.USER_ID && order == Order.ASC;
    }

    /** The id makes the order total, so that pages neither overlap nor skip. */
    String orderBy() {
        return sortBy.name() + " " + order + " nulls last, user_id";
    }
}
