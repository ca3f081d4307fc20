package io.tokentally.ledger;

import io.tokentally.tenancy.TenantTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The month partitions of {@code user_api_usage}: made before the first event that needs one. */
@ApplicationScoped
class Partitions {

    /** No zone is further from UTC than this, so the usage day lies in one of the months around the instant. */
    private static final Duration FURTHEST_ZONE = Duration.ofHours(18);

    /** What is older shares one partition, which the first migration made. */
    private static final YearMonth FIRST_MONTH = YearMonth.of(2020, 1);

    /** Stands for all the months that share a partition. */
    static final YearMonth BEFORE_THE_FIRST = FIRST_MONTH.minusMonths(1);

    private static final int MONTHS_AHEAD = 2;

    private final TenantTransactions transactions;
    private final Set<YearMonth> known = ConcurrentHashMap.newKeySet();

    Partitions(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** In a transaction of its own, before the one that writes: it must not hold a catalogue lock. */
    void ensureFor(Collection<Instant> instants) {
        var months = new TreeSet<YearMonth>();
        for (Instant instant : instants) {
            months.add(earliestMonthAt(instant));
            months.add(latestMonthAt(instant));
        }
        ensure(months);
    }

    /** The current month and the next two, whatever the zone. */
    void ensureAheadOf(Instant now) {
        var months = new TreeSet<>(Set.of(earliestMonthAt(now)));
        for (int ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
            months.add(latestMonthAt(now).plusMonths(ahead));
        }
        ensure(months);
    }

    /** The month it is where the calendar is furthest behind. */
    static YearMonth earliestMonthAt(Instant instant) {
        return YearMonth.from(instant.minus(FURTHEST_ZONE).atOffset(ZoneOffset.UTC));
    }

    private static YearMonth latestMonthAt(Instant instant) {
        return YearMonth.from(instant.plus(FURTHEST_ZONE).atOffset(ZoneOffset.UTC));
    }

    private void ensure(Set<YearMonth> months) {
        months.stream()
                .filter(month -> !known.contains(month) && !month.isBefore(FIRST_MONTH))
                .forEach(this::ensure);
    }

    private void ensure(YearMonth month) {
        LocalDate firstDay = month.atDay(1);
        transactions.unbound(transaction -> transaction
                .createQuery("select ensure_usage_partition(:month)::text")
                .bind("month", firstDay)
                .mapTo(String.class)
                .list());
        known.add(month);
    }
}
