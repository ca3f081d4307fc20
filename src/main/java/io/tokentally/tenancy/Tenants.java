package io.tokentally.tenancy;

import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.Refusal;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/** The tenants. Each method works inside a transaction that is already bound to the tenant it is asked about. */
@ApplicationScoped
public class Tenants {

    private final Clock clock;
    private final Event<TenantCreated> created;
    private final boolean createOnFirstWrite;

    Tenants(
            Clock clock,
            Event<TenantCreated> created,
            @ConfigProperty(name = "tokentally.tenants.create-on-first-write", defaultValue = "false")
                    boolean createOnFirstWrite) {
        this.clock = clock;
        this.created = created;
        this.createOnFirstWrite = createOnFirstWrite;
    }

    /** The tenant for a read; one that was never written to reads as empty. */
    public Tenant get(Handle transaction, TenantId id) {
        return find(transaction, id).orElseGet(() -> Tenant.notYetMade(id));
    }

    /**
     * The tenant for a write, made now if this installation does that.
     *
     * @throws UnknownTenant when it does not exist and must be created by the operator, or exists no longer
     * @throws TenantSuspended when it is
     */
    public Tenant forWriting(Handle transaction, TenantId id) {
        Tenant tenant = find(transaction, id).orElseGet(() -> {
            if (!createOnFirstWrite) {
                throw new UnknownTenant();
            }
            return ensure(transaction, id);
        });
        if (!tenant.isActive()) {
            throw tenant.refusal();
        }
        return tenant;
    }

    /** The tenant, made now if it is missing, whatever this installation does at a first write. */
    public Tenant ensure(Handle transaction, TenantId id) {
        insert(transaction, id, id.value(), ZoneId.of("UTC"), Tenant.FIRST_DEFAULT_TIER);
        return find(transaction, id).orElseThrow();
    }

    /** @throws TenantExists when the id is taken */
    Tenant create(Handle transaction, TenantId id, String name, ZoneId zone, String defaultTier) {
        if (!insert(transaction, id, name, zone, defaultTier)) {
            throw new TenantExists();
        }
        return get(transaction, id);
    }

    private boolean insert(Handle transaction, TenantId id, String name, ZoneId zone, String defaultTier) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        int inserted = transaction
                .createUpdate("""
                        insert into tenant (tenant_id, name, default_tier, created_at)
                        values (:id, :name, :defaultTier, :now) on conflict do nothing""")
                .bind("id", id.value())
                .bind("name", name)
                .bind("defaultTier", defaultTier)
                .bind("now", now)
                .execute();
        if (inserted == 0) {
            return false;
        }
        transaction
                .createUpdate("""
                        insert into tenant_zone (tenant_id, effective_from, zone) values (:id, '-infinity', :zone)""")
                .bind("id", id.value())
                .bind("zone", zone.getId())
                .execute();
        created.fire(new TenantCreated(transaction, id, defaultTier));
        return true;
    }

    private Optional<Tenant> find(Handle transaction, TenantId id) {
        return Optional.ofNullable(all(transaction, Set.of(id)).get(id));
    }

    /** Those of these tenants that exist. */
    public Map<TenantId, Tenant> all(Handle transaction, Collection<TenantId> ids) {
        return transaction
                .createQuery("""
                        select t.tenant_id, name, default_tier, max_monthly_tokens, max_monthly_cost, max_monthly_calls,
                               allow_unpriced, created_at, suspended_at, removed_at,
                               nullif(effective_from, '-infinity') as effective_from, zone
                        from tenant t join tenant_zone z on z.tenant_id = t.tenant_id
                        where t.tenant_id = any(:ids)""")
                .bindArray(
                        "ids", String.class, ids.stream().map(TenantId::value).toList())
                .reduceRows(new HashMap<TenantId, Tenant>(), (tenants, row) -> {
                    var id = new TenantId(row.getColumn("tenant_id", String.class));
                    Tenant tenant = tenants.computeIfAbsent(id, first -> tenant(first, row));
                    Instant from = instant(row, "effective_from");
                    tenant.zones()
                            .byStart()
                            .put(from == null ? Instant.MIN : from, ZoneId.of(row.getColumn("zone", String.class)));
                    return tenants;
                });
    }

    private static Tenant tenant(TenantId id, RowView row) {
        return new Tenant(
                id,
                row.getColumn("name", String.class),
                new TenantZones(new TreeMap<>()),
                row.getColumn("default_tier", String.class),
                new MonthlyLimits(
                        row.getColumn("max_monthly_tokens", Long.class),
                        row.getColumn("max_monthly_cost", BigDecimal.class),
                        row.getColumn("max_monthly_calls", Long.class)),
                row.getColumn("allow_unpriced", Boolean.class),
                instant(row, "created_at"),
                instant(row, "suspended_at"),
                instant(row, "removed_at"));
    }

    private static Instant instant(RowView row, String column) {
        OffsetDateTime value = row.getColumn(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    /**
     * The answer to a command for a tenant that may not write.
     *
     * @param tenant null: there is none
     */
    public static Refusal refusal(Tenant tenant) {
        return tenant == null ? new UnknownTenant() : tenant.refusal();
    }
}
