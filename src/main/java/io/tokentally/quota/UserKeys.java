package io.tokentally.quota;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The surrogate keys behind user ids. A user comes to be when first seen. */
public final class UserKeys {

    /**
     * A user as a caller wrote them.
     *
     * @param isToBeKnown whether something is to be written of them; one who is only asked about is not made
     */
    public record Seen(TenantId tenant, JsonUserId user, boolean isToBeKnown) {

        TenantUser identity() {
            return new TenantUser(tenant, user.id());
        }
    }

    /** @param formKnown whether the tenant has shown in JSON how it writes this id */
    private record Locked(KnownUser user, boolean formKnown) {}

    private UserKeys() {}

    /**
     * Each user who is known or is to be, made where they are missing. Locks the rows until commit, in bytewise order of
     * tenants and ids.
     *
     * @param seen each user once
     */
    public static Map<TenantUser, KnownUser> of(Handle transaction, Collection<Seen> seen, Instant now) {
        if (seen.isEmpty()) {
            return Map.of();
        }
        Map<TenantUser, Locked> locked = lock(transaction, seen);
        List<Seen> missing = missing(seen, locked);
        if (!missing.isEmpty()) {
            insertMissing(transaction, missing, now);
            locked = lock(transaction, seen);
        }
        if (!locked.values().stream().allMatch(Locked::formKnown)) {
            learnForm(transaction, seen);
        }
        var users = new HashMap<TenantUser, KnownUser>();
        locked.forEach((identity, row) -> users.put(identity, row.user));
        return users;
    }

    /** Until commit, nobody behind these keys is erased. */
    public static void keep(Handle transaction, TenantId tenant, Collection<Long> keys) {
        transaction
                .createQuery("""
                        select user_key from app_user where tenant_id = :tenant and user_key = any(:keys)
                        order by user_key for key share""")
                .bind("tenant", tenant.value())
                .bindArray("keys", Long.class, keys)
                .mapTo(Long.class)
                .list();
    }

    private static List<Seen> missing(Collection<Seen> seen, Map<TenantUser, Locked> locked) {
        return seen.stream()
                .filter(user -> user.isToBeKnown && !locked.containsKey(user.identity()))
                .toList();
    }

    private static void insertMissing(Handle transaction, List<Seen> missing, Instant now) {
        var byTenant = new HashMap<TenantId, List<NewUser>>();
        missing.forEach(seen -> byTenant.computeIfAbsent(seen.tenant, tenant -> new ArrayList<>())
                .add(new NewUser(seen.user, null, null, null)));
        byTenant.keySet().stream()
                .sorted(Comparator.comparing(TenantId::value))
                .forEach(tenant -> NewUser.addMissing(transaction, tenant, byTenant.get(tenant), now));
    }

    /** A user made by an admin has an id from a path; the first event tells how the tenant writes it in JSON. */
    private static void learnForm(Handle transaction, Collection<Seen> seen) {
        bind(transaction.createUpdate("""
                                update app_user u set user_id_is_number = seen.is_number
                                from unnest(:tenants::text[], :ids::text[], :numbers::boolean[]) as seen (tenant, id, is_number)
                                where u.tenant_id = seen.tenant and u.user_id = seen.id and u.user_id_is_number is null
                                  and u.user_key in (
                                    select user_key from app_user
                                    where (tenant_id, user_id) in (select * from unnest(:tenants::text[], :ids::text[]))
                                      and user_id_is_number is null
                                    order by tenant_id, user_id
                                    for no key update skip locked)"""), seen)
                .bindArray(
                        "numbers",
                        Boolean.class,
                        seen.stream().map(user -> user.user.isNumber()).toList())
                .execute();
    }

    // FOR KEY SHARE waits for nobody but an erasure, which changes the id.
    private static Map<TenantUser, Locked> lock(Handle transaction, Collection<Seen> seen) {
        return bind(transaction.createQuery("""
                        select tenant_id, user_id, user_key, user_id_is_number is not null as form_known, tier,
                               nullif(limits, '{}')::text as limits
                        from app_user
                        where (tenant_id, user_id) in (select * from unnest(:tenants::text[], :ids::text[]))
                        order by tenant_id, user_id
                        for key share"""), seen).reduceRows(new HashMap<TenantUser, Locked>(), (users, row) -> {
            var identity = new TenantUser(
                    new TenantId(row.getColumn("tenant_id", String.class)),
                    new UserId(row.getColumn("user_id", String.class)));
            var user = new KnownUser(
                    row.getColumn("user_key", Long.class),
                    row.getColumn("tier", String.class),
                    LimitOverrides.parse(row.getColumn("limits", String.class)));
            users.put(identity, new Locked(user, row.getColumn("form_known", Boolean.class)));
            return users;
        });
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Collection<Seen> seen) {
        return statement
                .bindArray("tenants", String.class, texts(seen, user -> user.tenant.value()))
                .bindArray(
                        "ids", String.class, texts(seen, user -> user.user.id().value()));
    }

    private static List<String> texts(Collection<Seen> seen, Function<Seen, String> text) {
        return seen.stream().map(text).toList();
    }
}
