package io.tokentally.tenancy;

import io.tokentally.shared.NotFound;
import io.tokentally.shared.SqlFailures;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The way out of the installation: suspended, exported, removed. Each step is written down with who took it, and each can be
 * asked for again when its answer was lost.
 */
@ApplicationScoped
public class Offboarding {

    /** Of each table in one transaction: rows go in portions that nobody waits long for. */
    private static final int PORTION = 5_000;

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final AuditLog audit;
    private final Event<RemovalBegins> removalBegins;

    Offboarding(TenantTransactions transactions, Tenants tenants, AuditLog audit, Event<RemovalBegins> removalBegins) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.audit = audit;
        this.removalBegins = removalBegins;
    }

    /** @throws WritesUnderWay when the door is closed but somebody inside has not finished */
    Tenant suspend(TenantId id) {
        Tenant suspended = transactions.writeAsPlatform(id, transaction -> {
            Tenant tenant = tenants.forOperatorsChange(transaction, id);
            if (tenant.isActive()) {
                note(transaction, id, AuditAction.TENANT_SUSPENDED);
            }
            return tenants.suspend(transaction, id);
        });
        waitForWriters();
        return suspended;
    }

    Tenant resume(TenantId id) {
        return transactions.writeAsPlatform(id, transaction -> {
            Tenant tenant = tenants.forOperatorsChange(transaction, id);
            mustNotHaveBegun(tenant);
            if (!tenant.isActive()) {
                note(transaction, id, AuditAction.TENANT_RESUMED);
            }
            return tenants.resume(transaction, id);
        });
    }

    /** @throws NotFound for a tenant that does not exist or is being removed */
    public void mustExist(TenantId id) {
        transactions.read(id, transaction -> {
            mustNotHaveBegun(tenants.forOperator(transaction, id));
            return null;
        });
    }

    /**
     * To be asked before anything of the tenant is read out; the entry is there whatever becomes of the export.
     *
     * @return since when it is suspended, and nobody writes any more; empty for one that is not
     */
    public Optional<Instant> exportBegins(TenantId id) {
        Tenant exported = transactions.writeAsPlatform(id, transaction -> {
            Tenant tenant = tenants.forOperatorsChange(transaction, id);
            mustNotHaveBegun(tenant);
            note(transaction, id, AuditAction.TENANT_EXPORTED);
            return tenant;
        });
        if (exported.isActive()) {
            return Optional.empty();
        }
        waitForWriters();
        return Optional.of(exported.suspendedAt());
    }

    /** @param since the suspension in which it began; it counts as long as that lasts */
    public void exportIsWhole(TenantId id, Instant since) {
        transactions.writeAsPlatform(id, transaction -> {
            tenants.exported(transaction, id, since);
            return null;
        });
    }

    /**
     * @return how many rows were taken away
     * @throws TenantActive when it is not suspended
     * @throws NotExported when nobody has taken them out, and that is not wanted either
     */
    long remove(TenantId id, boolean withoutExport) {
        transactions.writeAsPlatform(id, transaction -> {
            Tenant tenant = tenants.forOperatorsChange(transaction, id);
            if (tenant.isActive()) {
                throw new TenantActive();
            }
            if (tenant.removedAt() == null) {
                if (!withoutExport && !tenants.isExported(transaction, id)) {
                    throw new NotExported();
                }
                removalBegins.fire(new RemovalBegins(transaction, id));
                note(transaction, id, AuditAction.TENANT_REMOVED);
                tenants.beginRemoval(transaction, id);
            }
            return null;
        });
        waitForWriters();
        return takeAway(id);
    }

    /** @throws NotFound once removal has begun: nothing else can be done to it */
    void mustNotHaveBegun(Tenant tenant) {
        if (tenant.removedAt() != null) {
            throw new NotFound();
        }
    }

    private long takeAway(TenantId id) {
        long all = 0;
        while (true) {
            long portion = transactions.unbound(transaction -> transaction
                    .createQuery("select remove_tenant_rows(:tenant, :most)")
                    .bind("tenant", id.value())
                    .bind("most", PORTION)
                    .mapTo(Long.class)
                    .one());
            if (portion == 0) {
                return all;
            }
            all += portion;
        }
    }

    private void waitForWriters() {
        try {
            transactions.waitForWriters();
        } catch (RuntimeException failure) {
            boolean isHeld = SqlFailures.find(failure, sql -> LOCK_NOT_AVAILABLE.equals(sql.getSQLState()))
                    .isPresent();
            throw isHeld ? new WritesUnderWay() : failure;
        }
    }

    private void note(Handle transaction, TenantId id, AuditAction action) {
        audit.writeAsPlatform(transaction, id, AuditEntry.of(action, id.value(), Map.of()));
    }
}
