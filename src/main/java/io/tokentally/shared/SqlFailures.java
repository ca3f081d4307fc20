package io.tokentally.shared;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Looks for what PostgreSQL said inside the exceptions around it. */
public final class SqlFailures {

    /** serialization_failure, deadlock_detected, lock_not_available. */
    private static final Set<String> ABORTED = Set.of("40001", "40P01", "55P03");

    private SqlFailures() {}

    /** Whether PostgreSQL has rolled a transaction back for a reason that does not lie in it: nothing of it was kept. */
    public static boolean wasAborted(Throwable failure) {
        return find(failure, sql -> ABORTED.contains(String.valueOf(sql.getSQLState())))
                .isPresent();
    }

    /** The first matching one among the causes. What a failed commit hides is not among them; see {@link #ofCommit}. */
    public static Optional<SQLException> find(Throwable failure, Predicate<SQLException> wanted) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && wanted.test(sql)) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    /** What a failed commit hides: the transaction manager keeps it as a suppressed throwable. Its outcome is unknown. */
    public static Optional<SQLException> ofCommit(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            for (Throwable suppressed : cause.getSuppressed()) {
                Optional<SQLException> found = find(suppressed, any -> true).or(() -> ofCommit(suppressed));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
