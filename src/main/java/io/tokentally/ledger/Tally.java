package io.tokentally.ledger;

import io.tokentally.ledger.SumTables.EndpointDay;
import io.tokentally.ledger.SumTables.Session;
import io.tokentally.ledger.SumTables.TenantDay;
import io.tokentally.ledger.SumTables.UserDay;
import io.tokentally.shared.TenantId;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Adds facts to every rollup that is kept of them. The order of the tables is part of the one lock order; the tenant's
 * day comes after the users', because it counts the users that came to have a call.
 */
final class Tally {

    /** A user's day, and the calls its row holds now. */
    private record UserCalls(UserDay key, long calls) {}

    private final Handle transaction;
    private final List<Fact> facts;

    Tally(Handle transaction, List<Fact> facts) {
        this.transaction = transaction;
        this.facts = facts;
    }

    void add() {
        SumTables.ENDPOINT_DAY.add(transaction, sumBy(Tally::endpointDay));
        SumTables.SESSION.add(transaction, sumBy(Tally::session));
        Map<UserDay, Sums> ofUsers = sumBy(Tally::userDay);
        SumTables.TENANT_DAY.add(transaction, withUsers(sumBy(Tally::tenantDay), ofUsers, addTo(ofUsers)));
    }

    private List<UserCalls> addTo(Map<UserDay, Sums> users) {
        return SumTables.USER_DAY.add(
                transaction,
                users,
                "tenant_id, usage_day, user_key, calls",
                (row, context) -> new UserCalls(
                        new UserDay(
                                new TenantDay(
                                        new TenantId(row.getString("tenant_id")),
                                        row.getObject("usage_day", LocalDate.class)),
                                row.getLong("user_key")),
                        row.getLong("calls")));
    }

    private static Map<TenantDay, Sums> withUsers(
            Map<TenantDay, Sums> days, Map<UserDay, Sums> added, List<UserCalls> now) {
        var moved = new HashMap<TenantDay, Long>();
        for (UserCalls user : now) {
            long before = user.calls - added.get(user.key).calls();
            moved.merge(user.key.day(), userStep(before, user.calls), Long::sum);
        }
        var counted = new HashMap<TenantDay, Sums>();
        days.forEach((day, sums) -> counted.put(day, sums.withUsers(moved.getOrDefault(day, 0L))));
        return counted;
    }

    /** A user counts from the moment their calls go from none to one, until they go back. */
    static long userStep(long before, long after) {
        return Math.clamp(after, 0, 1) - Math.clamp(before, 0, 1);
    }

    /** Facts without the key, such as those without a user or session, are in no group. */
    private <K> Map<K, Sums> sumBy(Function<Fact, K> key) {
        var groups = new HashMap<K, Sums>();
        for (Fact fact : facts) {
            K group = key.apply(fact);
            if (group != null) {
                groups.merge(group, Sums.of(fact), Sums::plus);
            }
        }
        return groups;
    }

    private static TenantDay tenantDay(Fact fact) {
        return new TenantDay(fact.tenant(), fact.day());
    }

    private static UserDay userDay(Fact fact) {
        return fact.userKey() == null ? null : new UserDay(tenantDay(fact), fact.userKey());
    }

    /** Null: none. */
    static Session session(Fact fact) {
        String id = fact.usage().sessionId();
        return id == null ? null : new Session(fact.tenant(), id);
    }

    private static EndpointDay endpointDay(Fact fact) {
        return new EndpointDay(
                fact.tenant(),
                fact.day(),
                fact.usage().endpoint(),
                orNone(fact.provider()),
                fact.usage().model(),
                orNone(fact.usage().callType()),
                orNone(fact.usage().scope()));
    }

    private static String orNone(String text) {
        return text == null ? "" : text;
    }
}
