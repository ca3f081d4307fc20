package io.tokentally.tenancy;

import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.NotFound;
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
import java.util.List;
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
    private final Event<DefaultTierChosen> defaultTierChosen;
    private final boolean createOnFirstWrite;

    Tenants(
            Clock clock,
            Event<TenantCreated> created,
            Event<DefaultTierChosen> defaultTierChosen,
            @ConfigProperty(name = "tokentally.tenants.create-on-first-write", defaultValue = "false")
                    boolean createOnFirstWrite) {
        this.clock = clock;
        this.created = created;
        this.defaultTierChosen = defaultTierChosen;
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

    /** Whether it is there and may write. */
    boolean isActive(Handle transaction, TenantId id) {
        return find(transaction, id).filter(Tenant::isActive).isPresent();
    }

    /** The tenant, made now if it is missing, whatever this installation does at a first write. */
    public Tenant ensure(Handle transaction, TenantId id) {
        insert(transaction, id, id.value(), ZoneId.of("UTC"), Tenant.FIRST_DEFAULT_TIER);
        return find(transaction, id).orElseThrow();
    }

    /** @throws TenantExists when the id is taken, be it by a tenant that was removed */
    Tenant create(Handle transaction, NewTenant wanted) {
        if (!insert(transaction, wanted.id(), wanted.name(), wanted.zone(), wanted.defaultTier())) {
            throw new TenantExists();
        }
        update(transaction, wanted.id(), wanted.settings());
        return get(transaction, wanted.id());
    }

    /** @throws io.tokentally.shared.InvalidInput for a default tier that the tenant does not have */
    Tenant change(Handle transaction, TenantId id, TenantChange change) {
        if (change.defaultTier() != null) {
            defaultTierChosen.fire(new DefaultTierChosen(transaction, id, change.defaultTier()));
        }
        update(transaction, id, change);
        if (change.zone() != null) {
            Instant from = change.zoneFrom() == null ? clock.instant() : change.zoneFrom();
            boolean holdsAlready = get(transaction, id).zones().at(from).equals(change.zone());
            if (!holdsAlready) {
                moveTo(transaction, id, change.zone(), from);
            }
        }
        return get(transaction, id);
    }

    private static void update(Handle transaction, TenantId id, TenantChange change) {
        transaction
                .createUpdate("""
                        update tenant set name = coalesce(:name, name), default_tier = coalesce(:defaultTier, default_tier),
                            max_monthly_tokens = case when :limits then :tokens else max_monthly_tokens end,
                            max_monthly_cost = case when :limits then :cost else max_monthly_cost end,
                            max_monthly_calls = case when :limits then :calls else max_monthly_calls end,
                            allow_unpriced = coalesce(:unpriced, allow_unpriced)
                        where tenant_id = :id""")
                .bind("id", id.value())
                .bind("name", change.name())
                .bind("defaultTier", change.defaultTier())
                .bind("limits", change.limits() != null)
                .bind("tokens", change.limits() == null ? null : change.limits().tokens())
                .bind("cost", change.limits() == null ? null : change.limits().cost())
                .bind("calls", change.limits() == null ? null : change.limits().calls())
                .bind("unpriced", change.allowUnpriced())
                .execute();
    }

    private static void moveTo(Handle transaction, TenantId id, ZoneId zone, Instant from) {
        transaction
                .createUpdate("""
                        insert into tenant_zone (tenant_id, effective_from, zone) values (:id, :from, :zone)
                        on conflict (tenant_id, effective_from) do update set zone = excluded.zone""")
                .bind("id", id.value())
                .bind("from", from.atOffset(ZoneOffset.UTC))
                .bind("zone", zone.getId())
                .execute();
    }

    /** Those of this state, all when it is null, by id. */
    List<Tenant> page(Handle transaction, TenantView.State state, String after, long limit) {
        Map<TenantId, Tenant> found = new HashMap<>();
        List<TenantId> ids = transaction
                .createQuery("""
                        select tenant_id from tenant
                        where (:after::text is null or tenant_id > :after)
                          and (:state::text is null or :state = case when removed_at is not null then 'REMOVED'
                              when suspended_at is not null then 'SUSPENDED' else 'ACTIVE' end)
                        order by tenant_id limit :limit""")
                .bind("after", after)
                .bind("state", state == null ? null : state.name())
                .bind("limit", limit)
                .map((row, context) -> new TenantId(row.getString("tenant_id")))
                .list();
        found.putAll(all(transaction, ids));
        return ids.stream().map(found::get).toList();
    }

    /** @throws NotFound when there is none of this id */
    Tenant forOperator(Handle transaction, TenantId id) {
        return find(transaction, id).orElseThrow(NotFound::new);
    }

    /** As {@link #forOperator}; until the transaction ends nobody else changes what becomes of it. */
    Tenant forOperatorsChange(Handle transaction, TenantId id) {
        transaction
                .createQuery("select tenant_id from tenant where tenant_id = :id for no key update")
                .bind("id", id.value())
                .mapTo(String.class)
                .findOne();
        return forOperator(transaction, id);
    }

    Tenant suspend(Handle transaction, TenantId id) {
        note(transaction, id, "suspended_at = coalesce(suspended_at, :now)");
        return get(transaction, id);
    }

    Tenant resume(Handle transaction, TenantId id) {
        transaction.createUpdate("""
                        update tenant set suspended_at = null, exported_at = null
                        where tenant_id = :id and removed_at is null""").bind("id", id.value()).execute();
        return get(transaction, id);
    }

    /** All of it has been taken out in this suspension. */
    void exported(Handle transaction, TenantId id, Instant since) {
        transaction
                .createUpdate("""
                        update tenant set exported_at = :now
                        where tenant_id = :id and suspended_at = :since and removed_at is null""")
                .bind("id", id.value())
                .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
                .bind("since", since.atOffset(ZoneOffset.UTC))
                .execute();
    }

    void beginRemoval(Handle transaction, TenantId id) {
        note(transaction, id, "removed_at = :now");
    }

    private void note(Handle transaction, TenantId id, String assignment) {
        transaction
                .createUpdate("update tenant set " + assignment + " where tenant_id = :id and removed_at is null")
                .bind("id", id.value())
                .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
                .execute();
    }

    boolean isExported(Handle transaction, TenantId id) {
        return transaction
                .createQuery("select exported_at is not null from tenant where tenant_id = :id")
                .bind("id", id.value())
                .mapTo(Boolean.class)
                .one();
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
