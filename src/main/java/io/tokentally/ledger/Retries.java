package io.tokentally.ledger;

import io.tokentally.shared.SqlFailures;
import java.util.Set;
import java.util.function.Supplier;

/** Runs a transaction again when PostgreSQL has rolled it back for a reason that does not lie in it. */
final class Retries {

    private static final int ATTEMPTS = 5;

    /** serialization_failure, deadlock_detected, lock_not_available: nothing of the transaction was kept. */
    private static final Set<String> ABORTED = Set.of("40001", "40P01", "55P03");

    private Retries() {}

    static <T> T whenAborted(Supplier<T> transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.get();
            } catch (RuntimeException failure) {
                if (attempt == ATTEMPTS || !wasAborted(failure)) {
                    throw failure;
                }
            }
        }
    }

    static boolean wasAborted(Throwable failure) {
        return SqlFailures.find(failure, sql -> ABORTED.contains(String.valueOf(sql.getSQLState())))
                .isPresent();
    }
}
