package io.tokentally.reporting;

import io.tokentally.reporting.Cover.Piece;
import io.tokentally.shared.TenantId;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * How many users had a call in some days. Exact: of a day, a month or ever it is a counter that the ledger moves; else users
 * are counted by the sums that cover the days. Who has no call left, since all were reversed, had none.
 */
final class DistinctUsers {

    private DistinctUsers() {}

    static long in(Handle transaction, TenantId tenant, DateRange days) {
        return areKept(days)
                ? counter(transaction, tenant, Cover.of(days).getFirst())
                : counted(transaction, tenant, days);
    }

    /** Whether there is a counter of just these days. */
    static boolean areKept(DateRange days) {
        List<Piece> cover = Cover.of(days);
        return cover.size() == 1 && cover.getFirst().isOnePeriod();
    }

    /** Of each. */
    static List<Long> in(Handle transaction, TenantId tenant, List<DateRange> ranges) {
        return ranges.stream().allMatch(days -> days.days() == 1)
                ? ofDays(transaction, tenant, ranges)
                : ranges.stream().map(days -> in(transaction, tenant, days)).toList();
    }

    private static List<Long> ofDays(Handle transaction, TenantId tenant, List<DateRange> days) {
        Map<LocalDate, Long> counters = transaction
                .createQuery("""
                        select period, users from rollup_tenant
                        where tenant_id = :tenant and grain = 'day' and period between :first and :last""")
                .bind("tenant", tenant.value())
                .bind("first", days.getFirst().first())
                .bind("last", days.getLast().last())
                .map((row, context) -> Map.entry(row.getObject("period", LocalDate.class), row.getLong("users")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
        return days.stream().map(day -> counters.getOrDefault(day.first(), 0L)).toList();
    }

    private static long counter(Handle transaction, TenantId tenant, Piece period) {
        return transaction
                .createQuery("""
                        select users from rollup_tenant
                        where tenant_id = :tenant and grain = :grain and period = :period""")
                .bind("tenant", tenant.value())
                .bind("grain", period.grainInSql())
                .bind("period", period.first())
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
    }

    private static long counted(Handle transaction, TenantId tenant, DateRange days) {
        var query = new SumsQuery(
                new UsageFilter(days, Map.of(), List.of(), null),
                List.of(new GroupBy(Dimension.USER, null)),
                Optional.of(Rollup.USERS));
        String sql =
                "select count(*) from (%s) s where calls > 0".formatted(query.sql(List.of("calls"), "user_key <> 0"));
        return query.bind(transaction.createQuery(sql), tenant)
                .mapTo(Long.class)
                .one();
    }
}
