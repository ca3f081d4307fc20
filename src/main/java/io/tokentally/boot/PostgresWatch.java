package io.tokentally.boot;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Starts the embedded server again whenever it ends, until the service itself does. */
final class PostgresWatch implements Runnable {

    private static final Duration GLANCE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final EmbeddedPostgres postgres;
    private final Consumer<String> said;

    /** @param said hears a line about each end, each failed attempt and each return */
    PostgresWatch(EmbeddedPostgres postgres, Consumer<String> said) {
        this.postgres = postgres;
        this.said = said;
    }

    @Override
    public void run() {
        while (endsBeforeTheService()) {
            said.accept("PostgreSQL has ended by itself; it is started again. Requests get 503 until it is back.");
            bringBack();
        }
    }

    /**
     * Not by the exit alone: of a process that is not our child the JDK takes up to five seconds to tell. Not by life
     * alone: as process 1 of a container we inherit the server, and the dead stay in the list.
     */
    private boolean endsBeforeTheService() {
        Postmaster server = postgres.server();
        CompletableFuture<ProcessHandle> exit = server.process().onExit();
        while (!postgres.closesWithin(GLANCE)) {
            if (!server.isAlive() || exit.isDone()) {
                return true;
            }
        }
        return false;
    }

    /** No server starts beside the sessions of a killed one, which live until they notice: patience, then. */
    private void bringBack() {
        Duration pause = GLANCE;
        while (!postgres.closesWithin(pause)) {
            try {
                if (postgres.startAgain()) {
                    said.accept("PostgreSQL is back.");
                }
                return;
            } catch (StartRefused e) {
                pause = longer(pause);
                said.accept(e.getMessage() + " The next attempt comes in " + pause.toMillis() + " ms.");
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
