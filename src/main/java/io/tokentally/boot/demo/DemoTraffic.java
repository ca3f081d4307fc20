package io.tokentally.boot.demo;

import io.quarkus.runtime.StartupEvent;
import io.tokentally.ledger.Ledger;
import io.tokentally.ledger.Outcome;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.quota.NewUser;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Gatherers;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Loads the demo traffic through the front door of the ledger, before the service listens. */
@ApplicationScoped
class DemoTraffic {

    private static final Logger LOG = Logger.getLogger(DemoTraffic.class);
    private static final TenantId DEMO = new TenantId("demo");
    private static final int BATCH = 500;

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Ledger ledger;
    private final Clock clock;
    private final boolean wanted;

    DemoTraffic(
            TenantTransactions transactions,
            Tenants tenants,
            Ledger ledger,
            Clock clock,
            @ConfigProperty(name = "tokentally.demo", defaultValue = "false") boolean wanted) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.ledger = ledger;
        this.clock = clock;
        this.wanted = wanted;
    }

    // after the price book, which PLATFORM_BEFORE loads: calls are priced when they are recorded
    void loadAtStart(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) StartupEvent start) {
        if (wanted) {
            load(DEMO);
        }
    }

    /** Fills an unused tenant, and leaves any other as it is. */
    void load(TenantId tenant) {
        if (isInUse(tenant)) {
            LOG.infof("The tenant %s has usage already; no demo traffic is loaded.", tenant);
            return;
        }
        long begun = System.nanoTime();
        Instant now = clock.instant();
        addPeople(tenant, now);
        long events = record(tenant, DemoDay.callsUntil(now));
        double seconds = (System.nanoTime() - begun) / 1e9;
        LOG.infof("Loaded %d demo events into the tenant %s in %.1f seconds.", events, tenant, seconds);
    }

    /** Asks the sums: they know of usage whose rows are no longer kept. */
    private boolean isInUse(TenantId tenant) {
        return transactions.read(
                tenant,
                transaction -> transaction
                        .createQuery("select exists (select from tenant_balance where events > 0)")
                        .mapTo(Boolean.class)
                        .one());
    }

    private void addPeople(TenantId tenant, Instant now) {
        List<NewUser> people = Person.all().stream().map(Person::asNewUser).toList();
        transactions.write(tenant, transaction -> {
            tenants.ensure(transaction, tenant);
            NewUser.addMissing(transaction, tenant, people, now);
            return tenant;
        });
    }

    private long record(TenantId tenant, List<RecordUsage> calls) {
        return calls.stream()
                .gather(Gatherers.windowFixed(BATCH))
                .flatMap(batch -> ledger.record(tenant, batch).stream())
                .filter(Outcome.Recorded.class::isInstance)
                .count();
    }
}
