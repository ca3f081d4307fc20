package io.tokentally.ledger;

import io.tokentally.ledger.Period.Grain;
import io.tokentally.ledger.SumTables.Context;
import io.tokentally.ledger.SumTables.Session;
import io.tokentally.ledger.SumTables.User;
import io.tokentally.ledger.SumTables.Whole;
import io.tokentally.shared.TenantId;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/**
 * Adds facts to every rollup that is kept of them. The order of the tables is part of the one lock order; the whole
 * tenant comes after its users, because it counts those that came to have a call.
 */
final class Tally {

    /** A user's row, and the calls it holds now. */
    private record UserCalls(User key, long calls) {}

    private final Handle transaction;
    private final List<Fact> facts;

    Tally(Handle transaction, List<Fact> facts) {
        this.transaction = transaction;
        this.facts = facts;
    }

    void add() {
        SumTables.CONTEXT.add(transaction, sumBy(facts, Tally::context));
        SumTables.SESSION.add(transaction, sumBy(facts, Tally::session));
        Map<User, Sums> ofUsers = sumBy(facts, Tally::user);
        SumTables.WHOLE.add(transaction, withUsers(sumBy(facts, Tally::whole), ofUsers, addTo(ofUsers)));
    }

    private List<UserCalls> addTo(Map<User, Sums> users) {
        return SumTables.USER.add(
                transaction,
                users,
                "tenant_id, grain, period, user_key, calls",
                (row, context) -> new UserCalls(
                        new User(
                                new Whole(
                                        new TenantId(row.getString("tenant_id")),
                                        new Period(
                                                Grain.valueOf(
                                                        row.getString("grain").toUpperCase(Locale.ROOT)),
                                                row.getObject("period", LocalDate.class))),
                                row.getLong("user_key")),
                        row.getLong("calls")));
    }

    private static Map<Whole, Sums> withUsers(Map<Whole, Sums> periods, Map<User, Sums> added, List<UserCalls> now) {
        var moved = new HashMap<Whole, Long>();
        for (UserCalls user : now) {
            long before = user.calls - added.get(user.key).calls();
            if (user.key.userKey() != SumTables.NO_USER) {
                moved.merge(user.key.whole(), userStep(before, user.calls), Long::sum);
            }
        }
        var counted = new HashMap<Whole, Sums>();
        periods.forEach((period, sums) -> counted.put(period, sums.withUsers(moved.getOrDefault(period, 0L))));
        return counted;
    }

    /** A user counts from the moment their calls go from none to one, until they go back. */
    static long userStep(long before, long after) {
        return Math.clamp(after, 0, 1) - Math.clamp(before, 0, 1);
    }

    /** @param key null: the fact is in no group of this period, such as one without a session */
    static <K> Map<K, Sums> sumBy(List<Fact> facts, BiFunction<Fact, Period, K> key) {
        var groups = new HashMap<K, Sums>();
        for (Fact fact : facts) {
            Sums sums = Sums.of(fact);
            for (Period period : Period.of(fact.day())) {
                K group = key.apply(fact, period);
                if (group != null) {
                    groups.merge(group, sums, Sums::plus);
                }
            }
        }
        return groups;
    }

    private static Whole whole(Fact fact, Period period) {
        return new Whole(fact.tenant(), period);
    }

    private static User user(Fact fact, Period period) {
        return new User(whole(fact, period), fact.userKey() == null ? SumTables.NO_USER : fact.userKey());
    }

    /** Null where none is kept. There are many sessions, and few of them have more days than one: months say nothing. */
    static Session session(Fact fact, Period period) {
        String id = fact.usage().sessionId();
        return id == null || period.grain() == Grain.MONTH ? null : new Session(fact.tenant(), period, id);
    }

    static Context context(Fact fact, Period period) {
        return context(fact, period, orNone(fact.usage().gitBranch()));
    }

    /** As if it were of this branch. */
    static Context context(Fact fact, Period period, String gitBranch) {
        return new Context(
                fact.tenant(),
                period,
                fact.usage().endpoint(),
                orNone(fact.provider()),
                fact.usage().model(),
                orNone(fact.usage().callType()),
                orNone(fact.usage().scope()),
                gitBranch,
                fact.usage().source(),
                fact.usage().success());
    }

    private static String orNone(String text) {
        return text == null ? "" : text;
    }
}
