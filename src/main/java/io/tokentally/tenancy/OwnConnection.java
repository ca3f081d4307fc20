package io.tokentally.tenancy;

import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * A connection that one thread keeps to itself, for single statements that change nothing: who asks many small questions
 * must not wait behind long reports for a connection of the pool.
 */
final class OwnConnection implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(OwnConnection.class);

    private final Jdbi jdbi;
    private Handle handle;

    OwnConnection(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** @param attempts each on a new connection: the one we have may have broken while nobody used it */
    <T> T read(int attempts, Function<Handle, T> statement) {
        for (int attempt = 1; ; attempt++) {
            try {
                return statement.apply(open());
            } catch (RuntimeException failure) {
                close();
                if (attempt == attempts) {
                    throw failure;
                }
            }
        }
    }

    private Handle open() {
        if (handle == null) {
            handle = jdbi.open();
        }
        return handle;
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
}
