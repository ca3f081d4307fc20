package io.tokentally.tenancy;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The API keys of the tenant that a transaction is bound to. Every change of one stands in the audit log with it. */
@ApplicationScoped
public class ApiKeys {

    private static final String ROWS = """
            select k.*, u.user_id as stands_for, u.user_id_is_number as stands_for_number,
                   m.user_id as maker, m.user_id_is_number as maker_number
            from api_key k
            left join app_user u on u.tenant_id = k.tenant_id and u.user_key = k.user_key
            left join app_user m on m.tenant_id = k.tenant_id and m.user_key = k.created_by
            where k.tenant_id = :tenant\s""";

    private static final String SOME = ROWS + "and " + ApiKeyFilter.CONDITION;

    private static final String NEWEST_FIRST = " order by k.id desc";

    private final Caller caller;
    private final People people;
    private final AuditLog audit;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    ApiKeys(Caller caller, People people, AuditLog audit, Clock clock) {
        this.caller = caller;
        this.people = people;
        this.audit = audit;
        this.clock = clock;
    }

    ApiKeyView create(Handle transaction, TenantId tenant, NewApiKey wanted) {
        Long user = wanted.user() == null ? null : people.keyOf(transaction, tenant, wanted.user());
        ApiKeyView made = insert(transaction, tenant, wanted.name(), wanted.roles(), user, wanted.expiresAt());
        audit.write(
                transaction,
                tenant,
                new AuditEntry(AuditAction.KEY_CREATED, made.prefix(), user, Map.of("roles", made.roles())));
        return made;
    }

    /** Newest first. */
    List<ApiKeyView> page(Handle transaction, TenantId tenant, ApiKeyFilter wanted, UUID before, long limit) {
        String sql = SOME + " and (:before::uuid is null or k.id < :before)" + NEWEST_FIRST + " limit :limit";
        return wanted.bind(transaction.createQuery(sql), now())
                .bind("tenant", tenant.value())
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> view(tenant, row))
                .list();
    }

    /** All that are wanted, newest first, one after the other. */
    public void forEach(Handle transaction, TenantId tenant, ApiKeyFilter wanted, Consumer<ApiKeyView> each) {
        var rows = new StreamedRows(transaction, "all_keys");
        wanted.bind(rows.of(SOME + NEWEST_FIRST), now())
                .bind("tenant", tenant.value())
                .execute();
        rows.forEach((row, context) -> view(tenant, row), each);
    }

    /**
     * A new key like the old one, which goes on counting for the overlap.
     *
     * @param expiresAt of the new one; null: as the old one was to expire
     * @throws NotFound when there is none of this id
     * @throws KeyEnded when it counts no longer, or has a successor
     */
    ApiKeyView rotate(Handle transaction, TenantId tenant, UUID id, Duration overlap, Instant expiresAt) {
        ApiKeyView old = forChange(transaction, tenant, id);
        if (old.state() != ApiKeyView.State.ACTIVE || old.replacedBy() != null) {
            throw new KeyEnded();
        }
        Long user = userOf(transaction, tenant, id);
        ApiKeyView made = insert(
                transaction, tenant, old.name(), old.roles(), user, expiresAt == null ? old.expiresAt() : expiresAt);
        Instant end = clock.instant().plus(overlap);
        transaction
                .createUpdate("""
                        update api_key set expires_at = least(expires_at, :end), replaced_by = :made
                        where tenant_id = :tenant and id = :id""")
                .bind("end", end.atOffset(ZoneOffset.UTC))
                .bind("made", made.id())
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute();
        audit.write(
                transaction,
                tenant,
                new AuditEntry(
                        AuditAction.KEY_ROTATED,
                        old.prefix(),
                        user,
                        Map.of("replaced_by", made.prefix(), "overlap_seconds", overlap.toSeconds())));
        return made;
    }

    /**
     * The key counts no longer, anywhere; of one that was revoked before, nothing changes.
     *
     * @throws NotFound when there is none of this id
     */
    void revoke(Handle transaction, TenantId tenant, UUID id) {
        ApiKeyView key = forChange(transaction, tenant, id);
        if (key.revokedAt() != null) {
            return;
        }
        transaction
                .createUpdate("update api_key set revoked_at = :now where tenant_id = :tenant and id = :id")
                .bind("now", now())
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute();
        audit.write(transaction, tenant, AuditEntry.of(AuditAction.KEY_REVOKED, key.prefix(), Map.of()));
    }

    private ApiKeyView insert(
            Handle transaction, TenantId tenant, String name, List<String> roles, Long user, Instant expiresAt) {
        ApiKey key = ApiKey.fresh(tenant);
        UUID id = ids.generate();
        transaction
                .createUpdate("""
                        insert into api_key (tenant_id, id, prefix, key_hash, name, roles, user_key, created_at, created_by,
                            created_with, expires_at)
                        values (:tenant, :id, :prefix, :hash, :name, :roles, :user, :now, :maker, :with, :expires)""")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .bind("prefix", key.prefix())
                .bind("hash", key.hash())
                .bind("name", name)
                .bindArray("roles", String.class, roles)
                .bind("user", user)
                .bind("now", now())
                .bind("maker", maker(transaction, tenant))
                .bind("with", caller.principal().publicName())
                .bind("expires", expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC))
                .execute();
        return find(transaction, tenant, id, "").shownOnce(key);
    }

    private Long maker(Handle transaction, TenantId tenant) {
        return caller.principal()
                .user()
                .map(user -> people.keyOf(transaction, tenant, user))
                .orElse(null);
    }

    private ApiKeyView forChange(Handle transaction, TenantId tenant, UUID id) {
        return find(transaction, tenant, id, " for no key update of k");
    }

    private ApiKeyView find(Handle transaction, TenantId tenant, UUID id, String lock) {
        return transaction
                .createQuery(ROWS + " and k.id = :id" + lock)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map((row, context) -> view(tenant, row))
                .findOne()
                .orElseThrow(NotFound::new);
    }

    private static Long userOf(Handle transaction, TenantId tenant, UUID id) {
        return transaction
                .createQuery("select user_key from api_key where tenant_id = :tenant and id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    private ApiKeyView view(TenantId tenant, ResultSet row) throws SQLException {
        Instant expiresAt = instant(row, "expires_at");
        Instant revokedAt = instant(row, "revoked_at");
        return new ApiKeyView(
                row.getObject("id", UUID.class),
                null,
                ApiKey.recognisable(tenant, row.getString("prefix")),
                row.getString("name"),
                List.of((String[]) row.getArray("roles").getArray()),
                person(row, "stands_for"),
                ApiKeyView.State.of(expiresAt, revokedAt, clock.instant()),
                instant(row, "created_at"),
                person(row, "maker"),
                row.getString("created_with"),
                expiresAt,
                revokedAt,
                row.getObject("replaced_by", UUID.class),
                instant(row, "last_used_at"));
    }

    private static Object person(ResultSet row, String column) throws SQLException {
        return JsonUserId.toJson(row.getString(column), row.getObject(column + "_number", Boolean.class));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
