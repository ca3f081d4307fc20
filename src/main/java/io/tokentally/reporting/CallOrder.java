package io.tokentally.reporting;

import io.tokentally.shared.QueryParameters;

/**
 * Which page of the calls.
 *
 * @param after null: from the beginning
 */
record CallOrder(Direction direction, UsageCursor after, long limit) {

    static final long DEFAULT_LIMIT = 50;
    static final long MOST = 1_000;

    /** By the day in the tenant's zone, and in it as they were recorded. */
    enum Direction {
        ASC(">"),
        DESC("<");

        private final String beyond;

        Direction(String beyond) {
            this.beyond = beyond;
        }
    }

    /** Newest first. */
    static CallOrder read(QueryParameters parameters, String limit, String cursor) {
        return read(parameters, null, limit, cursor);
    }

    static CallOrder read(QueryParameters parameters, String order, String limit, String cursor) {
        return new CallOrder(
                parameters.oneOf("order", order, Direction.class, Direction.DESC),
                UsageCursor.read(parameters, "cursor", cursor),
                parameters.number("limit", limit, DEFAULT_LIMIT, 1, MOST));
    }

    static CallOrder oldestFirst(long limit) {
        return new CallOrder(Direction.ASC, null, limit);
    }

    /** A further condition; empty when there is none. */
    String condition() {
        return after == null ? "" : " and (usage_day, id) " + direction.beyond + " (:afterDay, :afterId)";
    }

    /** With the id it is total: pages neither overlap nor skip, whatever is recorded meanwhile. */
    String orderBy() {
        return "usage_day " + direction + ", id " + direction;
    }
}
