package io.tokentally.quota;

import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * A person to be known before their first call.
 *
 * @param tier null: the tenant's default tier
 */
public record NewUser(JsonUserId id, String username, String email, String tier) {

    /** Adds those who are missing, in one statement and in the one lock order; who is there already stays as is. */
    public static void addMissing(Handle transaction, TenantId tenant, List<NewUser> users, Instant now) {
        transaction
                .createUpdate("""
                        insert into app_user (tenant_id, user_id, user_id_is_number, username, email, tier, created_at)
                        select :tenant, id, is_number, username, email, tier, :now
                        from unnest(:ids::text[], :numbers::boolean[], :usernames::text[], :emails::text[], :tiers::text[])
                            as wanted (id, is_number, username, email, tier)
                        order by id collate "C"
                        on conflict (tenant_id, user_id) do nothing""")
                .bind("tenant", tenant.value())
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bindArray("ids", String.class, each(users, user -> user.id.id().value()))
                .bindArray("numbers", Boolean.class, each(users, user -> user.id.isNumber()))
                .bindArray("usernames", String.class, each(users, NewUser::username))
                .bindArray("emails", String.class, each(users, NewUser::email))
                .bindArray("tiers", String.class, each(users, NewUser::tier))
                .execute();
    }

    private static <T> List<T> each(List<NewUser> users, Function<NewUser, T> member) {
        return users.stream().map(member).toList();
    }
}
