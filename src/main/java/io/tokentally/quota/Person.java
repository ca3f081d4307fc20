package io.tokentally.quota;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Whom a key stands for, as long as it stands for somebody: what there is to erase.
 *
 * @param username null: none is known
 * @param email likewise
 */
public record Person(TenantId tenant, long key, String id, String username, String email) {

    private static final String ROW = """
            select user_key, user_id, username, email from app_user
            where tenant_id = :tenant and user_id is not null and\s""";

    public static Optional<Person> find(Handle transaction, TenantId tenant, UserId id) {
        return one(transaction, tenant, "user_id = :wanted", id.value());
    }

    /** Until commit nobody else changes or erases them; their calls go on. Empty when they are erased by now. */
    public Optional<Person> lock(Handle transaction) {
        return one(transaction, tenant, "user_key = :wanted for no key update", key);
    }

    /**
     * Waits until nobody writes for them any more. Who wants to from now on waits for this transaction and then finds
     * nobody of this id. Empty when they are erased by now.
     */
    public Optional<Person> lockAlone(Handle transaction) {
        return one(transaction, tenant, "user_key = :wanted for update", key);
    }

    /** Leaves a key that leads to nobody. */
    public void erase(Handle transaction, Instant now) {
        transaction
                .createUpdate("""
                        update app_user
                        set user_id = null, user_id_is_number = null, username = null, email = null, tier = null,
                            limits = '{}', erased_at = :now
                        where tenant_id = :tenant and user_key = :key""")
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("tenant", tenant.value())
                .bind("key", key)
                .execute();
    }

    /** What others may call them by; of an address also what stands before the @. */
    public List<String> names() {
        return Stream.of(id, username, email)
                .filter(Objects::nonNull)
                .flatMap(name ->
                        name.indexOf('@') > 0 ? Stream.of(name, name.substring(0, name.indexOf('@'))) : Stream.of(name))
                .toList();
    }

    private static Optional<Person> one(Handle transaction, TenantId tenant, String condition, Object wanted) {
        return transaction
                .createQuery(ROW + condition)
                .bind("tenant", tenant.value())
                .bind("wanted", wanted)
                .map((row, context) -> new Person(
                        tenant,
                        row.getLong("user_key"),
                        row.getString("user_id"),
                        row.getString("username"),
                        row.getString("email")))
                .findOne();
    }
}
