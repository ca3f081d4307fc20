package io.tokentally.quota;

import io.tokentally.shared.Money;
import io.tokentally.shared.MonthlyLimits;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * One level at which use is limited: a user, or the whole tenant.
 *
 * @param used settled facts of the month
 * @param held reserved and not yet settled; never part of {@code used}
 */
record Level(Name name, Spend used, Spend held, MonthlyLimits limits) {

    enum Name {
        USER,
        TENANT
    }

    enum Measure {
        TOKENS("token"),
        COST("cost"),
        CALLS("call");

        private final String word;

        Measure(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** The first limit that used and held together have reached. A limit of zero is reached before any use. */
    Optional<Measure> reached() {
        Spend committed = used.plus(held);
        if (limits.calls() != null && committed.calls() >= limits.calls()) {
            return Optional.of(Measure.CALLS);
        }
        if (limits.tokens() != null && committed.tokens() >= limits.tokens()) {
            return Optional.of(Measure.TOKENS);
        }
        if (limits.cost() != null && committed.cost().compareTo(limits.cost()) >= 0) {
            return Optional.of(Measure.COST);
        }
        return Optional.empty();
    }

    /** The first limit that is reached, or that used, held and {@code hold} together would pass. */
    Optional<Measure> refusing(Spend hold) {
        Optional<Measure> reached = reached();
        if (reached.isPresent()) {
            return reached;
        }
        Spend committed = used.plus(held).plus(hold);
        if (limits.calls() != null && committed.calls() > limits.calls()) {
            return Optional.of(Measure.CALLS);
        }
        if (limits.tokens() != null && committed.tokens() > limits.tokens()) {
            return Optional.of(Measure.TOKENS);
        }
        if (limits.cost() != null && committed.cost().compareTo(limits.cost()) > 0) {
            return Optional.of(Measure.COST);
        }
        return Optional.empty();
    }

    /** What is left of each limit, never below zero; null where there is no limit. */
    Spend available() {
        Spend committed = used.plus(held);
        return new Spend(
                limits.tokens() == null ? null : Math.max(0, limits.tokens() - committed.tokens()),
                limits.cost() == null
                        ? null
                        : limits.cost().subtract(committed.cost()).max(BigDecimal.ZERO),
                limits.calls() == null ? null : Math.max(0, limits.calls() - committed.calls()));
    }

    /** A sentence for people: which limit, and how much of it is used; or, while it is not reached, what did not fit. */
    String reason(Measure measure, Spend hold) {
        return reached().isPresent() ? reached(measure) : tooLittle(measure, hold);
    }

    private String tooLittle(Measure measure, Spend hold) {
        String whose = name == Name.TENANT ? "The organisation's monthly " : "Monthly ";
        Spend left = available();
        return whose + measure.word + " limit: "
                + switch (measure) {
                    case TOKENS -> left.tokens() + " are left, and this call may need " + hold.tokens();
                    case COST ->
                        "$" + Money.plain(left.cost()) + " is left, and this call may cost $"
                                + Money.plain(hold.cost());
                    case CALLS -> left.calls() + " are left, and this asks for " + hold.calls();
                };
    }

    private String reached(Measure measure) {
        String whose = name == Name.TENANT ? "The organisation's monthly " : "Monthly ";
        return switch (measure) {
            case TOKENS -> whose + "token limit reached: " + used.plus(held).tokens() + " of " + limits.tokens();
            case COST ->
                whose + "cost limit reached: $" + Money.plain(used.plus(held).cost()) + " of $"
                        + Money.plain(limits.cost());
            case CALLS -> whose + "call limit reached: " + used.plus(held).calls() + " of " + limits.calls();
        };
    }
}
