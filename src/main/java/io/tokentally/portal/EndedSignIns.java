package io.tokentally.portal;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;

/** A link that nobody opens holds an access token that counts for hours: it goes, also where nobody signs in. */
@ApplicationScoped
class EndedSignIns {

    private final PortalSettings settings;
    private final Clock clock;

    EndedSignIns(PortalSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** A failure is logged by the scheduler. */
    @Scheduled(every = "15m", concurrentExecution = ConcurrentExecution.SKIP)
    void remove() throws IOException {
        if (settings.signInFolder().isPresent()) {
            new SignIns(settings.signInFolder().get()).removeEnded(clock.instant());
        }
    }
}
