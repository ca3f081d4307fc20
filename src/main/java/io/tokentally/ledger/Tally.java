package io.tokentally.ledger;

import io.tokentally.ledger.SumTables.EndpointDay;
import io.tokentally.ledger.SumTables.UserDay;
import io.tokentally.ledger.SumTables.UserMonth;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Adds facts to every sum that is kept of them. The order of the tables is the one lock order: balances (user, then
 * tenant), then rollups; each tenant row after the user rows, because it counts the users that came to have a call.
 */
final class Tally {

    /** A key of a user's row, the group it counts in, and the calls the row holds now. */
    private record UserCalls<K, G>(K key, G group, long calls) {}

    private final Handle transaction;
    private final TenantId tenant;
    private final List<PricedUsage> usages;
    private final Map<UserId, Long> userKeys;

    Tally(Handle transaction, TenantId tenant, List<PricedUsage> usages, Map<UserId, Long> userKeys) {
        this.transaction = transaction;
        this.tenant = tenant;
        this.usages = usages;
        this.userKeys = userKeys;
    }

    void add() {
        addMonths();
        SumTables.ENDPOINT_DAY.add(transaction, tenant, sumBy(Tally::endpointDay));
        SumTables.SESSION.add(
                transaction, tenant, sumBy(usage -> usage.command().sessionId()));
        addDays();
    }

    private void addMonths() {
        Map<UserMonth, Sums> ofUsers = sumBy(usage -> ofUser(usage, key -> new UserMonth(key, usage.month())));
        List<UserCalls<UserMonth, LocalDate>> now = SumTables.USER_MONTH.add(
                transaction, tenant, ofUsers, "user_key, month, used_calls", (row, context) -> {
                    var month = row.getObject("month", LocalDate.class);
                    return new UserCalls<>(
                            new UserMonth(row.getLong("user_key"), month), month, row.getLong("used_calls"));
                });
        SumTables.TENANT_MONTH.add(transaction, tenant, withUsers(sumBy(PricedUsage::month), ofUsers, now));
    }

    private void addDays() {
        Map<UserDay, Sums> ofUsers = sumBy(usage -> ofUser(usage, key -> new UserDay(usage.day(), key)));
        List<UserCalls<UserDay, LocalDate>> now =
                SumTables.USER_DAY.add(transaction, tenant, ofUsers, "user_key, usage_day, calls", (row, context) -> {
                    var day = row.getObject("usage_day", LocalDate.class);
                    return new UserCalls<>(new UserDay(day, row.getLong("user_key")), day, row.getLong("calls"));
                });
        SumTables.TENANT_DAY.add(transaction, tenant, withUsers(sumBy(PricedUsage::day), ofUsers, now));
    }

    /** A user counts in a group from the moment their row goes from no call to one, until it goes back. */
    private static <K, G> Map<G, Sums> withUsers(Map<G, Sums> groups, Map<K, Sums> added, List<UserCalls<K, G>> now) {
        var moved = new HashMap<G, Long>();
        for (UserCalls<K, G> user : now) {
            long before = user.calls - added.get(user.key).calls();
            long step = Math.clamp(user.calls, 0, 1) - Math.clamp(before, 0, 1);
            moved.merge(user.group, step, Long::sum);
        }
        var counted = new HashMap<G, Sums>();
        groups.forEach((group, sums) -> counted.put(group, sums.withUsers(moved.getOrDefault(group, 0L))));
        return counted;
    }

    /** Usages without the key, such as those without a user or session, are in no group. */
    private <K> Map<K, Sums> sumBy(Function<PricedUsage, K> key) {
        var groups = new HashMap<K, Sums>();
        for (PricedUsage usage : usages) {
            K group = key.apply(usage);
            if (group != null) {
                groups.merge(group, Sums.of(usage), Sums::plus);
            }
        }
        return groups;
    }

    private <K> K ofUser(PricedUsage usage, Function<Long, K> key) {
        Long userKey = userKeys.get(usage.command().userId());
        return userKey == null ? null : key.apply(userKey);
    }

    private static EndpointDay endpointDay(PricedUsage usage) {
        return new EndpointDay(
                usage.day(),
                usage.command().endpoint(),
                orNone(usage.provider()),
                usage.command().model(),
                orNone(usage.command().callType()),
                orNone(usage.command().scope()));
    }

    private static String orNone(String text) {
        return text == null ? "" : text;
    }
}
