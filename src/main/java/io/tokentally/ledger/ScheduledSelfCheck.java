package io.tokentally.ledger;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** Runs the self-check from time to time, so that its metric says something without being asked. */
@ApplicationScoped
class ScheduledSelfCheck {

    private static final Logger LOG = Logger.getLogger(ScheduledSelfCheck.class);

    private final SelfCheck selfCheck;

    ScheduledSelfCheck(SelfCheck selfCheck) {
        this.selfCheck = selfCheck;
    }

    /** Early enough that a service which is restarted every day is checked all the same. A failure is logged. */
    @Scheduled(
            every = "${tokentally.self-check.every:24h}",
            delayed = "1h",
            concurrentExecution = ConcurrentExecution.SKIP)
    void run() {
        SelfCheckReport report = selfCheck.ofAll();
        if (report.clean()) {
            LOG.infof("Self-check: clean, %d events", report.checked().events());
        } else {
            Difference first = report.differences().getFirst();
            LOG.errorf(
                    "Self-check: %d differences, the first in %s of tenant %s; ./tokentally check names them",
                    report.totalDifferences(), first.table(), first.tenant());
        }
    }
}
