package io.tokentally.export;

import io.tokentally.shared.Refusal;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Principal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The exports under way. Each holds a connection for as long as its client reads, however slowly, so there are few: the
 * others must find connections left. And nobody has all of them: one for each credential, two for each tenant, so that
 * who reads slowly keeps no other tenant waiting.
 */
@Singleton
class RunningExports {

    private static final int MOST = 4;
    private static final int MOST_OF_A_TENANT = 2;

    /** As many exports as may run are running. */
    static final class TooManyExports extends Refusal {

        private TooManyExports(String running) {
            super(Kind.UNAVAILABLE, "too_many_exports", running + "; try again when one has ended.");
        }

        @Override
        public Map<String, String> headers() {
            return Map.of("Retry-After", "10");
        }
    }

    /** @param tenant empty: the operators, who share places as a tenant does */
    private record Holder(Optional<TenantId> tenant, String credential) {}

    /** The place of an export that its client has read to the end is free a moment later, and the next may have begun. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Set<Holder> running = new HashSet<>();
    private final Duration patience;

    @Inject
    RunningExports() {
        this(PATIENCE);
    }

    RunningExports(Duration patience) {
        this.patience = patience;
    }

    /** @throws TooManyExports when none ends soon */
    void run(Principal caller, Runnable export) {
        var holder = new Holder(caller.tenant(), caller.credential());
        begin(holder);
        try {
            export.run();
        } finally {
            end(holder);
        }
    }

    private synchronized void begin(Holder holder) {
        long until = System.nanoTime() + patience.toNanos();
        Optional<TooManyExports> refusal = refusalOf(holder);
        while (refusal.isPresent()) {
            waitForAnEnd(until, refusal.get());
            refusal = refusalOf(holder);
        }
        running.add(holder);
    }

    private void waitForAnEnd(long until, TooManyExports refusal) {
        long left = Duration.ofNanos(until - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw refusal;
        }
        try {
            wait(left);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw refusal;
        }
    }

    private Optional<TooManyExports> refusalOf(Holder holder) {
        if (running.contains(holder)) {
            return Optional.of(new TooManyExports("An export with this credential is running"));
        }
        if (ofSameTenant(holder) >= MOST_OF_A_TENANT) {
            return Optional.of(new TooManyExports("Two exports of %s are running"
                    .formatted(holder.tenant.isPresent() ? "your tenant" : "operators")));
        }
        return running.size() >= MOST ? Optional.of(new TooManyExports("Other exports are running")) : Optional.empty();
    }

    private synchronized void end(Holder holder) {
        running.remove(holder);
        notifyAll();
    }

    private long ofSameTenant(Holder holder) {
        return running.stream()
                .filter(other -> other.tenant.equals(holder.tenant))
                .count();
    }
}
