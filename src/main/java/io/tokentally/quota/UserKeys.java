package io.tokentally.quota;

import static java.util.stream.Collectors.toMap;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The surrogate keys behind user ids. A user comes to be when first seen. */
public final class UserKeys {

    private UserKeys() {}

    /** @param formKnown whether the tenant has shown in JSON how it writes this id */
    private record Known(long key, boolean formKnown) {}

    /** The key of each user, made where it is missing. Locks the rows until commit, in bytewise order of the ids. */
    public static Map<UserId, Long> of(Handle transaction, TenantId tenant, Collection<JsonUserId> seen, Instant now) {
        if (seen.isEmpty()) {
            return Map.of();
        }
        Map<UserId, Known> known = lock(transaction, tenant, seen);
        if (known.size() < seen.size()) {
            insertMissing(transaction, tenant, missing(seen, known), now);
            known = lock(transaction, tenant, seen);
        }
        if (!known.values().stream().allMatch(Known::formKnown)) {
            learnForm(transaction, tenant, seen);
        }
        return known.entrySet().stream().collect(toMap(Map.Entry::getKey, user -> user.getValue().key));
    }

    private static List<JsonUserId> missing(Collection<JsonUserId> seen, Map<UserId, Known> known) {
        return seen.stream().filter(user -> !known.containsKey(user.id())).toList();
    }

    static void insertMissing(Handle transaction, TenantId tenant, Collection<JsonUserId> users, Instant now) {
        NewUser.addMissing(
                transaction,
                tenant,
                users.stream().map(id -> new NewUser(id, null, null, null)).toList(),
                now);
    }

    /** A user made by an admin has an id from a path; the first event tells how the tenant writes it in JSON. */
    private static void learnForm(Handle transaction, TenantId tenant, Collection<JsonUserId> seen) {
        transaction
                .createUpdate("""
                        update app_user u set user_id_is_number = seen.is_number
                        from unnest(:ids::text[], :numbers::boolean[]) as seen (id, is_number)
                        where u.tenant_id = :tenant and u.user_id = seen.id and u.user_id_is_number is null
                          and u.user_key in (
                            select user_key from app_user
                            where tenant_id = :tenant and user_id = any(:ids) and user_id_is_number is null
                            order by user_id
                            for no key update skip locked)""")
                .bind("tenant", tenant.value())
                .bindArray("ids", String.class, ids(seen))
                .bindArray(
                        "numbers",
                        Boolean.class,
                        seen.stream().map(JsonUserId::isNumber).toList())
                .execute();
    }

    private static List<String> ids(Collection<JsonUserId> users) {
        return users.stream().map(user -> user.id().value()).toList();
    }

    // FOR KEY SHARE waits for nobody but an erasure, which changes the id.
    private static Map<UserId, Known> lock(Handle transaction, TenantId tenant, Collection<JsonUserId> seen) {
        return transaction
                .createQuery("""
                        select user_id, user_key, user_id_is_number is not null as form_known from app_user
                        where tenant_id = :tenant and user_id = any(:ids)
                        order by user_id
                        for key share""")
                .bind("tenant", tenant.value())
                .bindArray("ids", String.class, ids(seen))
                .reduceRows(new HashMap<UserId, Known>(), (known, row) -> {
                    known.put(
                            new UserId(row.getColumn("user_id", String.class)),
                            new Known(
                                    row.getColumn("user_key", Long.class), row.getColumn("form_known", Boolean.class)));
                    return known;
                });
    }
}
