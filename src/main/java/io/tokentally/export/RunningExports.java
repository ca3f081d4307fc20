package io.tokentally.export;

import io.tokentally.shared.Refusal;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Principal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The exports under way. Each holds a connection for as long as its client reads, however slowly, so there are few: the
 * others must find connections left. And nobody has all of them: one for each credential, two for each tenant, so that
 * who reads slowly keeps no other tenant waiting.
 */
@ApplicationScoped
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

    private final Set<Holder> running = new HashSet<>();

    /** @throws TooManyExports at once, rather than wait */
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
        if (running.contains(holder)) {
            throw new TooManyExports("An export with this credential is running");
        }
        if (ofSameTenant(holder) >= MOST_OF_A_TENANT) {
            throw new TooManyExports(
                    "Two exports of %s are running".formatted(holder.tenant.isPresent() ? "your tenant" : "operators"));
        }
        if (running.size() >= MOST) {
            throw new TooManyExports("Other exports are running");
        }
        running.add(holder);
    }

    private synchronized void end(Holder holder) {
        running.remove(holder);
    }

    private long ofSameTenant(Holder holder) {
        return running.stream()
                .filter(other -> other.tenant.equals(holder.tenant))
                .count();
    }
}
