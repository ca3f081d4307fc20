package io.tokentally.ledger;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;

/** What the months need without being asked: partitions before the first event, seals after the last. */
@ApplicationScoped
class MonthSchedule {

    private final Partitions partitions;
    private final Retention retention;
    private final Clock clock;

    MonthSchedule(Partitions partitions, Retention retention, Clock clock) {
        this.partitions = partitions;
        this.retention = retention;
        this.clock = clock;
    }

    void start(@Observes StartupEvent start) {
        retention.start();
        partitions.ensureAheadOf(clock.instant());
    }

    /** Also right after the start. What fails is logged by the scheduler and tried again in an hour. */
    @Scheduled(every = "1h", concurrentExecution = ConcurrentExecution.SKIP)
    void everyHour() {
        partitions.ensureAheadOf(clock.instant());
        retention.sealWhatIsDueAt(clock.instant());
    }
}
