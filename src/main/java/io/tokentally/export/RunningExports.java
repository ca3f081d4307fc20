package io.tokentally.export;

import io.tokentally.shared.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The exports under way. Each holds a connection for as long as its client reads, however slowly, so there are few: the
 * others must find connections left.
 */
@ApplicationScoped
class RunningExports {

    private static final int MOST = 4;

    /** As many exports as may run are running. */
    static final class TooManyExports extends Refusal {

        TooManyExports() {
            super(Kind.UNAVAILABLE, "too_many_exports", "Other exports are running; try again when one has ended.");
        }

        @Override
        public Map<String, String> headers() {
            return Map.of("Retry-After", "10");
        }
    }

    private final Semaphore places = new Semaphore(MOST);

    /** @throws TooManyExports at once, rather than wait */
    void run(Runnable export) {
        if (!places.tryAcquire()) {
            throw new TooManyExports();
        }
        try {
            export.run();
        } finally {
            places.release();
        }
    }
}
