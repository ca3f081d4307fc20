package io.tokentally.ledger;

import io.tokentally.shared.SqlFailures;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Which usage days are sealed: their rows are dropped, and they take no more events. What is remembered here may be
 * behind, never wrong, because no seal is ever broken; a seal not known yet is found out by PostgreSQL, which has no
 * place for the row.
 */
@ApplicationScoped
class Seals {

    private static final String CHECK_VIOLATION = "23514";

    /** Of the one sealed partition that stays: the one of the days before 2020. */
    private static final String TAKES_NO_ROWS = "sealed_takes_no_rows";

    private final TenantTransactions transactions;

    private volatile SealedDays known = SealedDays.NONE;

    Seals(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /** One transaction asks once: what it decides must not change half-way. */
    SealedDays known() {
        return known;
    }

    /** Asks the database, in a transaction of its own. */
    void refresh() {
        known = new SealedDays(transactions.unbound(transaction -> transaction
                .createQuery("select sealed_from, sealed_until from sealed_usage()")
                .reduceRows(new TreeMap<LocalDate, LocalDate>(), (seals, row) -> {
                    seals.put(
                            row.getColumn("sealed_from", LocalDate.class),
                            row.getColumn("sealed_until", LocalDate.class));
                    return seals;
                })));
    }

    /**
     * Runs a transaction that asks {@link #known}. When a month was sealed behind its back, PostgreSQL has rolled it
     * back; it runs again as long as there is a seal to learn of.
     */
    <T> T learning(Supplier<T> transaction) {
        while (true) {
            SealedDays before = known;
            try {
                return transaction.get();
            } catch (RuntimeException failure) {
                if (!hasNoPlaceForARow(failure) || !learnsSince(before)) {
                    throw failure;
                }
            }
        }
    }

    private boolean learnsSince(SealedDays before) {
        refresh();
        return !known.equals(before);
    }

    static boolean hasNoPlaceForARow(Throwable failure) {
        return SqlFailures.find(failure, Seals::hasNoPlaceForARow).isPresent();
    }

    /** The same SQLSTATE as any check; but "no partition of relation found for row" names no constraint. */
    private static boolean hasNoPlaceForARow(SQLException failure) {
        if (!CHECK_VIOLATION.equals(failure.getSQLState()) || !(failure instanceof PSQLException refused)) {
            return false;
        }
        ServerErrorMessage said = refused.getServerErrorMessage();
        return said != null
                && (said.getConstraint() == null || said.getConstraint().equals(TAKES_NO_ROWS));
    }
}
