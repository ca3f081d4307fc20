package io.tokentally.ledger;

import io.tokentally.shared.SqlFailures;
import java.util.function.Supplier;

/** Runs a transaction again when PostgreSQL has rolled it back for a reason that does not lie in it. */
final class Retries {

    private static final int ATTEMPTS = 5;

    private Retries() {}

    static <T> T whenAborted(Supplier<T> transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.get();
            } catch (RuntimeException failure) {
                if (attempt == ATTEMPTS || !SqlFailures.wasAborted(failure)) {
                    throw failure;
                }
            }
        }
    }
}
