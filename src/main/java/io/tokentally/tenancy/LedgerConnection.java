package io.tokentally.tenancy;

import io.tokentally.shared.SqlFailures;
import io.tokentally.shared.TenantId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * A connection of the ledger's own, for transactions that carry the commands of several tenants. For one thread.
 *
 * <p>It knows how a transaction ended even when the connection broke at the commit: PostgreSQL remembers what became of
 * a transaction's number. What was rolled back for a reason that does not lie in it is tried again, and so is what a
 * lost database did not commit, for as long as the patience lasts.
 */
public final class LedgerConnection implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LedgerConnection.class);

    private static final int ATTEMPTS = 5;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Jdbi jdbi;
    private final Duration patience;
    private Handle handle;

    LedgerConnection(Jdbi jdbi, Duration patience) {
        this.jdbi = jdbi;
        this.patience = patience;
    }

    /** The commit was sent and nobody can say whether it was heard. */
    public static final class OutcomeUnknown extends RuntimeException {

        private OutcomeUnknown(Throwable cause) {
            super(cause);
        }
    }

    /**
     * Runs {@code work} and commits; when this returns, what it wrote is on disk. When it throws anything but
     * {@link OutcomeUnknown}, nothing was written.
     *
     * @param work may run more than once, each time in a transaction of its own
     */
    public <T> T write(Collection<TenantId> tenants, Function<Handle, T> work) {
        long until = System.nanoTime() + patience.toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(tenants, work);
            } catch (OutcomeUnknown unknown) {
                throw unknown;
            } catch (RuntimeException failure) {
                boolean again = isConnectionLost(failure)
                        ? System.nanoTime() < until
                        : attempt < ATTEMPTS && SqlFailures.wasAborted(failure);
                if (!again) {
                    throw failure;
                }
                pauseUnlessAborted(failure);
            }
        }
    }

    private <T> T attempt(Collection<TenantId> tenants, Function<Handle, T> work) {
        Handle open = open();
        String number;
        T result;
        try {
            open.begin();
            number = bind(open, tenants);
            result = work.apply(open);
        } catch (Throwable failure) {
            rollBack(failure);
            throw failure;
        }
        try {
            open.commit();
            return result;
        } catch (RuntimeException failure) {
            close();
            if (!isConnectionLost(failure) || !committed(number, failure)) {
                throw failure;
            }
            return result;
        } catch (Error failure) {
            close();
            throw failure;
        }
    }

    /** The settings end with the transaction. The transaction's number is what the answer of a lost commit is asked by. */
    private static String bind(Handle transaction, Collection<TenantId> tenants) {
        return Binding.ofAll(tenants)
                .in(transaction.createQuery("""
                        select pg_current_xact_id()::text, pg_advisory_xact_lock_shared(%s)::text
                        from set_config('lock_timeout', '2s', true) as lock_timeout,
                             set_config('statement_timeout', '15s', true) as statement_timeout,
                             """.formatted(TenantTransactions.WRITERS) + Binding.SETTINGS))
                .mapTo(String.class)
                .one();
    }

    private boolean committed(String number, RuntimeException failure) {
        long until = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < until) {
            try {
                Optional<String> status = open().createQuery("select pg_xact_status(:number::xid8)")
                        .bind("number", number)
                        .mapTo(String.class)
                        .findOne();
                if (!status.equals(Optional.of("in progress"))) {
                    LOG.infof(
                            "the connection was lost at a commit; the transaction was %s", status.orElse("forgotten"));
                    return status.map("committed"::equals).orElseThrow(() -> new OutcomeUnknown(failure));
                }
            } catch (OutcomeUnknown unknown) {
                throw unknown;
            } catch (RuntimeException stillAway) {
                close();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new OutcomeUnknown(failure);
    }

    private Handle open() {
        if (handle == null) {
            handle = jdbi.open();
        }
        return handle;
    }

    /** After anything but a plain failure nobody knows how far the driver came: the connection is not used again. */
    private void rollBack(Throwable failure) {
        if (isConnectionLost(failure) || !(failure instanceof RuntimeException)) {
            close();
            return;
        }
        try {
            handle.rollback();
        } catch (RuntimeException broken) {
            close();
        }
    }

    @Override
    public void close() {
        if (handle != null) {
            try {
                handle.close();
            } catch (RuntimeException broken) {
                LOG.debugf(broken, "a broken connection did not close");
            }
            handle = null;
        }
    }

    private void pauseUnlessAborted(RuntimeException failure) {
        if (isConnectionLost(failure)) {
            close();
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** By SQLSTATE: 08 connection, 57P shutdown and crash. A pool that gives no connection has none to give. */
    private static boolean isConnectionLost(Throwable failure) {
        return SqlFailures.find(failure, LedgerConnection::saysAway).isPresent();
    }

    private static boolean saysAway(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("08")
                || state.startsWith("57P")
                || String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("acquisition timeout");
    }
}
