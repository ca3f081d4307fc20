package io.tokentally.quota;

/**
 * What a user, or a tenant, has used and holds in one month.
 *
 * @param used settled facts
 * @param held reserved and not yet settled; never part of {@code used}
 * @param unpricedCalls calls among the used ones that a cost limit could not see
 */
public record Balance(Spend used, Spend held, long unpricedCalls) {

    public static final Balance EMPTY = new Balance(Spend.NOTHING, Spend.NOTHING, 0);

    public Balance using(Spend more, long unpriced) {
        return new Balance(used.plus(more), held, unpricedCalls + unpriced);
    }

    public Balance holding(Spend more) {
        return new Balance(used, held.plus(more), unpricedCalls);
    }
}
