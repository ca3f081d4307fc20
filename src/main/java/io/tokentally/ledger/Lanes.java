package io.tokentally.ledger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tokentally.pricing.Prices;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** The writers of the ledger. A tenant's commands always go to the same one, so that their transactions do not meet. */
@ApplicationScoped
class Lanes {

    private static final Logger LOG = Logger.getLogger(Lanes.class);

    /** Writers when every command has a transaction of its own: the pool, less what readers need. */
    private static final int WITHOUT_GROUP_COMMIT = 16;

    private final LedgerSettings settings;
    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Prices prices;
    private final Seals seals;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final List<LaneQueue> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    Lanes(
            LedgerSettings settings,
            TenantTransactions transactions,
            Tenants tenants,
            Prices prices,
            Seals seals,
            Clock clock,
            MeterRegistry metrics) {
        this.settings = settings;
        this.transactions = transactions;
        this.tenants = tenants;
        this.prices = prices;
        this.seals = seals;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** The gauge and the lanes are there before the first write. */
    void beReady(@Observes StartupEvent start) {}

    @PostConstruct
    void start() {
        settings.mustMakeSense();
        if (settings.groupCommit()) {
            for (int lane = 0; lane < settings.lanes(); lane++) {
                open(new LaneQueue(settings.mostWaiting(), settings.mostPerCommit()), 1);
            }
        } else {
            open(new LaneQueue(settings.mostWaiting(), 1), WITHOUT_GROUP_COMMIT);
        }
        Gauge.builder(
                        "tokentally.ledger.waiting",
                        () -> queues.stream().mapToInt(LaneQueue::waiting).sum())
                .description("commands that wait for a lane")
                .register(metrics);
    }

    private void open(LaneQueue queue, int writers) {
        queues.add(queue);
        for (int writer = 0; writer < writers; writer++) {
            var lane = new Lane(
                    queue,
                    transactions.ledgerConnection(settings.patience()),
                    seals,
                    (transaction, commands) ->
                            Batch.apply(transaction, commands, clock.instant(), seals.known(), tenants, prices));
            threads.add(Thread.ofPlatform()
                    .name("ledger-lane-" + (threads.size() + 1))
                    .start(lane));
        }
    }

    /**
     * Waits until the work is on disk.
     *
     * @throws Busy when it did not get its turn: it is not written
     */
    List<Answer> write(Work work) {
        LaneQueue queue = queueOf(work.tenant());
        if (!queue.offer(work)) {
            throw new Busy();
        }
        try {
            return work.answers().get(settings.longestWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            if (queue.withdraw(work)) {
                throw new Busy();
            }
            return outcomeOf(work);
        } catch (ExecutionException failed) {
            throw unwrapped(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return outcomeOf(work);
        }
    }

    /** A lane that has it will say what became of it. */
    private static List<Answer> outcomeOf(Work work) {
        try {
            return work.answers().join();
        } catch (CompletionException failed) {
            throw unwrapped(failed.getCause());
        }
    }

    private static RuntimeException unwrapped(Throwable failure) {
        return failure instanceof RuntimeException itself ? itself : new IllegalStateException(failure);
    }

    private LaneQueue queueOf(TenantId tenant) {
        return queues.get(Math.floorMod(tenant.hashCode(), queues.size()));
    }

    /** Requests on their way are finished by now, or cut; what they have handed over is still written. */
    void drain(@Observes ShutdownEvent end) throws InterruptedException {
        queues.forEach(LaneQueue::close);
        for (Thread thread : threads) {
            thread.join(settings.patience());
        }
        if (threads.stream().anyMatch(Thread::isAlive)) {
            LOG.warn("the database did not answer in time; commands without an answer may not be written");
        }
    }
}
