package io.tokentally.ledger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.tokentally.ledger.SelfCheckReport.Checked;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.Refusal;
import io.tokentally.shared.SqlFailures;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditEntry;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.RemovalBegins;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * Proves that raw rows = rollups = balances = views, tenant by tenant, each on one snapshot; and makes a tenant's sums
 * anew from the rows. Both ask the same {@link Proofs}: what a rebuild has mended, the check finds clean.
 */
@ApplicationScoped
public class SelfCheck {

    /** @param total of the differences in the same table */
    private record Finding(Difference difference, long total) {}

    /** A check reads everything; two at a time would only take twice as long. */
    static final class SelfCheckRunning extends Refusal {

        SelfCheckRunning() {
            super(
                    Kind.UNAVAILABLE,
                    "self_check_running",
                    "Another self-check is running; try again when it has ended.");
        }

        @Override
        public Map<String, String> headers() {
            return Map.of("Retry-After", "10");
        }
    }

    /** What the snapshot says is sealed is what has no rows. */
    static final String KEEP_ROWS = TenantTransactions.KEEP_ROWS;

    /** What is mended was seen on a snapshot: a session that an erasure took away since must not come back. */
    private static final String MEND = KEEP_ROWS + "; " + Erasure.NO_REBUILD;

    /** Users before tenants: the one lock order. */
    private static final String STOP_WRITERS = "lock table quota_balance, tenant_balance in exclusive mode";

    private final TenantTransactions transactions;
    private final AuditLog audit;
    private final Clock clock;
    private final Semaphore place = new Semaphore(1);
    private final AtomicLong lastDifferences = new AtomicLong(-1);
    private final AtomicLong lastRunSeconds = new AtomicLong(0);

    SelfCheck(TenantTransactions transactions, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    /** A rebuild under way would write sums of rows that go. One that comes later finds the tenant gone. */
    void finishBefore(@Observes RemovalBegins removal) {
        removal.transaction().execute(Erasure.NO_REBUILD);
    }

    /** From the start, and not from the first check: an absent metric raises no alarm. */
    void showMetrics(@Observes StartupEvent start, MeterRegistry metrics) {
        Gauge.builder("tokentally.self.check.differences", () -> lastDifferences)
                .description("Figures that were not what the rows say, in the last check of all tenants; -1: none yet")
                .register(metrics);
        Gauge.builder("tokentally.self.check.last.run.timestamp.seconds", () -> lastRunSeconds)
                .description("When the last check of all tenants ended, in seconds since 1970; 0: none yet")
                .register(metrics);
    }

    /** @throws SelfCheckRunning at once, rather than wait */
    public SelfCheckReport ofAll() {
        SelfCheckReport report = check(transactions.platformTenants());
        lastDifferences.set(report.totalDifferences());
        lastRunSeconds.set(clock.instant().getEpochSecond());
        return report;
    }

    /**
     * @throws NotFound when there is no such tenant
     * @throws SelfCheckRunning at once, rather than wait
     */
    public SelfCheckReport of(String tenant) {
        return check(List.of(known(tenant)));
    }

    private SelfCheckReport check(List<TenantId> tenants) {
        if (!place.tryAcquire()) {
            throw new SelfCheckRunning();
        }
        try {
            return tenants.stream().map(this::check).reduce(SelfCheckReport.OF_NOBODY, SelfCheckReport::plus);
        } finally {
            place.release();
        }
    }

    private SelfCheckReport check(TenantId tenant) {
        return transactions.survey(
                tenant, KEEP_ROWS, transaction -> check(transaction, tenant, sealedDays(transaction)));
    }

    /**
     * Makes the tenant's sums anew, beside the traffic if that can be, else alone.
     *
     * @throws NotFound when there is no such tenant
     */
    public Rebuilt rebuild(String id) {
        TenantId tenant = known(id);
        audit.writeAsPlatform(tenant, AuditEntry.of(AuditAction.SUMS_REBUILT, id, Map.of()));
        try {
            return rebuildBesideTraffic(tenant);
        } catch (RuntimeException failure) {
            if (!SqlFailures.wasAborted(failure)) {
                throw failure;
            }
            return rebuildAlone(tenant);
        }
    }

    /**
     * Nothing slips between reading the rows and writing the sums: both happen on one snapshot, and where a writer has
     * changed one of our rows since, PostgreSQL ends the transaction and the whole is tried again. A writer that comes
     * later waits for our row and adds to it. Only rows that are wrong are written, so this fails only while traffic
     * goes through just those all the time.
     */
    Rebuilt rebuildBesideTraffic(TenantId tenant) {
        return Retries.whenAborted(
                () -> transactions.writeOnOneSnapshot(tenant, MEND, transaction -> mend(transaction, tenant)));
    }

    /**
     * Holds up the writers of all tenants. Every write of usage, and every hold, locks its balances before it changes any
     * sum, so once both tables of balances are ours nobody is half-way. The mode is the one that also keeps out who only
     * locks a row, to change it later: such a one would wait for us while we wait for the row.
     */
    Rebuilt rebuildAlone(TenantId tenant) {
        return Retries.whenAborted(() -> transactions.writeOnOneSnapshot(
                tenant, MEND + "; " + STOP_WRITERS, transaction -> mend(transaction, tenant)));
    }

    private TenantId known(String id) {
        return transactions.platformTenants().stream()
                .filter(tenant -> tenant.value().equals(id))
                .findFirst()
                .orElseThrow(NotFound::new);
    }

    private static void mustBeThere(Handle transaction, TenantId tenant) {
        transaction
                .createQuery("select tenant_id from tenant where tenant_id = :tenant and removed_at is null")
                .bind("tenant", tenant.value())
                .mapTo(String.class)
                .findOne()
                .orElseThrow(NotFound::new);
    }

    private static Rebuilt mend(Handle transaction, TenantId tenant) {
        mustBeThere(transaction, tenant);
        String sealed = sealedDays(transaction);
        var tables = new LinkedHashMap<String, Long>();
        long changed = 0;
        for (Proof proof : Proofs.TABLES) {
            long rows = about(transaction.createUpdate(proof.mend()), tenant, sealed)
                    .execute();
            changed += rows;
            if (rows > 0) {
                tables.merge(proof.name(), rows, Long::sum);
            }
        }
        return new Rebuilt(tenant.value(), changed, tables);
    }

    static SelfCheckReport check(Handle transaction, TenantId tenant, String sealed) {
        Checked checked = about(transaction.createQuery(Proofs.CHECKED), tenant, sealed)
                .map((row, context) -> new Checked(1, row.getLong("months"), row.getLong("events")))
                .one();
        var named = new ArrayList<Difference>();
        long total = 0;
        for (Proof proof : Proofs.ALL) {
            List<Finding> first = find(transaction, tenant, sealed, proof);
            total += first.isEmpty() ? 0 : first.getFirst().total;
            first.forEach(finding -> named.add(finding.difference));
        }
        return SelfCheckReport.ofTenant(checked, total, named);
    }

    private static List<Finding> find(Handle transaction, TenantId tenant, String sealed, Proof proof) {
        return about(transaction.createQuery(proof.find()), tenant, sealed)
                .map((row, context) -> new Finding(
                        new Difference(
                                tenant.value(),
                                row.getString("month"),
                                proof.name(),
                                key(proof, (String[]) row.getArray("key").getArray()),
                                row.getString("name"),
                                row.getString("expected"),
                                row.getString("found")),
                        row.getLong("total")))
                .list();
    }

    private static Map<String, String> key(Proof proof, String[] values) {
        var key = new LinkedHashMap<String, String>();
        for (int i = 0; i < values.length; i++) {
            key.put(proof.keys().get(i), values[i]);
        }
        return key;
    }

    /** A datemultirange. A month that could not be sealed may lie before one that is. */
    static String sealedDays(Handle transaction) {
        return transaction.createQuery("""
                        select coalesce(range_agg(daterange(sealed_from, sealed_until)), '{}')::text from sealed_usage()""").mapTo(String.class).one();
    }

    private static <S extends SqlStatement<S>> S about(S statement, TenantId tenant, String sealed) {
        return statement
                .configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .bind("tenant", tenant.value())
                .bind("sealed", sealed);
    }
}
