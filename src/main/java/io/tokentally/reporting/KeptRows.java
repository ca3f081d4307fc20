package io.tokentally.reporting;

import io.tokentally.shared.SqlFailures;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Single calls, as far as they are kept. */
@ApplicationScoped
public class KeptRows {

    /** query_canceled: the statement timeout. */
    private static final String TOOK_TOO_LONG = "57014";

    private final TenantTransactions transactions;

    KeptRows(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * On one snapshot that nothing is sealed under, so that {@link #wholeFrom} is right about it.
     *
     * @throws TooMuchToRead when a statement takes too long
     */
    <T> T read(TenantId tenant, Function<Handle, T> work) {
        try {
            return transactions.read(tenant, TenantTransactions.KEEP_ROWS, work);
        } catch (RuntimeException failure) {
            if (SqlFailures.find(failure, sql -> TOOK_TOO_LONG.equals(sql.getSQLState()))
                    .isPresent()) {
                throw new TooMuchToRead();
            }
            throw failure;
        }
    }

    /** From which day on every row is kept; empty when all of these days' are. */
    public static Optional<LocalDate> wholeFrom(Handle transaction, LocalDate first, LocalDate last) {
        return transaction
                .createQuery("""
                        select max(sealed_until) from sealed_usage()
                        where sealed_from <= :last and sealed_until > :first""")
                .bind("first", first)
                .bind("last", last)
                .mapTo(LocalDate.class)
                .findOne();
    }

    /** Null when every row that the query reads is kept, and when it reads none. */
    static LocalDate wholeFrom(Handle transaction, SumsQuery query) {
        return query.rollup().isPresent()
                ? null
                : wholeFrom(transaction, query.filter().days());
    }

    /** Null when every row of these days is kept. */
    static LocalDate wholeFrom(Handle transaction, DateRange days) {
        return wholeFrom(transaction, days.first(), days.last()).orElse(null);
    }
}
