package io.tokentally.bench;

import io.tokentally.boot.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A PostgreSQL in a folder, which goes with this process: it would outlive a Ctrl-C. */
final class OwnServer implements AutoCloseable {

    private final EmbeddedPostgres postgres;
    private final Runnable afterwards;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OwnServer(EmbeddedPostgres postgres, Runnable afterwards) {
        this.postgres = postgres;
        this.afterwards = afterwards;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop the database"));
    }

    /** The folder stays. */
    static OwnServer in(Path folder) {
        return new OwnServer(EmbeddedPostgres.start(folder), () -> {});
    }

    /** The folder goes with it. */
    static OwnServer inPassing(Path folder) {
        return new OwnServer(EmbeddedPostgres.start(folder), () -> Installation.delete(folder));
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    /** Once; Ctrl-C does it too. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            postgres.close();
            afterwards.run();
        }
    }
}
