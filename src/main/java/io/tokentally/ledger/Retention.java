package io.tokentally.ledger;

import io.tokentally.shared.SqlFailures;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * How long rows are kept. The current month and a number of full months before it stay; older ones are sealed: their
 * rows become control totals. Rollups, balances and event keys stay for ever.
 */
@ApplicationScoped
class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);

    /** lock_not_available: a long export reads, or another replica seals. */
    private static final String BUSY = "55P03";

    private final TenantTransactions transactions;
    private final Seals seals;
    private final Optional<Integer> months;

    Retention(
            TenantTransactions transactions,
            Seals seals,
            @ConfigProperty(name = "tokentally.retention.months") Optional<Integer> months) {
        this.transactions = transactions;
        this.seals = seals;
        this.months = checked(months);
    }

    static Optional<Integer> checked(Optional<Integer> months) {
        if (months.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "TOKENTALLY_RETENTION_MONTHS is %d: it must be 1 or more, or absent to keep every month"
                            .formatted(months.get()));
        }
        return months;
    }

    /** Reads what is sealed. The bean is made by this, so a wrong setting ends the start. */
    void start() {
        seals.refresh();
    }

    void sealWhatIsDueAt(Instant now) {
        months.ifPresent(kept -> due(now, kept).stream()
                .filter(month -> !seals.known().contain(month.atDay(1)))
                .forEach(this::seal));
    }

    /** The oldest first. The current month is the one where the calendar is furthest behind. */
    static List<YearMonth> due(Instant now, int kept) {
        YearMonth firstKept = Partitions.earliestMonthAt(now).minusMonths(kept);
        return Stream.iterate(
                        Partitions.BEFORE_THE_FIRST, month -> month.isBefore(firstKept), month -> month.plusMonths(1))
                .toList();
    }

    private void seal(YearMonth month) {
        try {
            sealNow(month);
        } catch (RuntimeException failure) {
            boolean busy = SqlFailures.find(failure, sql -> BUSY.equals(sql.getSQLState()))
                    .isPresent();
            if (busy) {
                LOG.infof("Usage of %s is in use and is sealed later.", month);
            } else {
                LOG.errorf(failure, "Usage of %s cannot be sealed; its rows stay.", month);
            }
        }
    }

    /** A month before 2020 stands for all of them. */
    void sealNow(YearMonth month) {
        LocalDate firstDay = month.atDay(1);
        boolean done = transactions.unbound(transaction -> transaction
                .createQuery("select seal_usage_month(:month)")
                .bind("month", firstDay)
                .mapTo(Boolean.class)
                .one());
        seals.refresh();
        if (done) {
            LOG.infof("Usage of %s is sealed: its rows are dropped, its sums stay.", month);
        }
    }
}
