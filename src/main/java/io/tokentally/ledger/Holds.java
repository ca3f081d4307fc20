package io.tokentally.ledger;

import io.tokentally.quota.Spend;
import io.tokentally.shared.TenantId;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The table {@code reservation}. */
final class Holds {

    record Id(TenantId tenant, UUID id) {}

    /**
     * What never changes of a reservation, and so needs no lock.
     *
     * @param userId null: of the tenant alone; blank, as no id is: whoever it was is erased
     */
    record Grant(String userId, Instant at) {}

    private static final Unnest<Hold> ROWS = new Unnest<Hold>()
            .column("tenant_id", "text", hold -> hold.tenant().value())
            .column("id", "uuid", Hold::id)
            .column("user_key", "bigint", Hold::userKey)
            .column("month", "date", Hold::month)
            .column("state", "text", hold -> name(hold.state()))
            .column("held_calls", "bigint", hold -> hold.held().calls())
            .column("held_tokens", "bigint", hold -> hold.held().tokens())
            .column("held_cost", "numeric", hold -> hold.held().cost())
            .column("granted_at", "timestamptz", hold -> utc(hold.grantedAt()))
            .column("expires_at", "timestamptz", hold -> utc(hold.expiresAt()))
            .column("key_hash", "bytea", hold -> bytes(hold.key()))
            .column("content_hash", "bytea", hold -> bytes(hold.content()));

    private static final Unnest<Hold> ENDS = new Unnest<Hold>()
            .column("tenant_id", "text", hold -> hold.tenant().value())
            .column("id", "uuid", Hold::id)
            .column("state", "text", hold -> name(hold.state()))
            .column("usage_id", "uuid", Hold::usageId);

    private static final Unnest<Id> IDS = new Unnest<Id>()
            .column("tenant_id", "text", id -> id.tenant.value())
            .column("id", "uuid", Id::id);

    private static final Unnest<EventKeys.Key> KEYS = new Unnest<EventKeys.Key>()
            .column("tenant_id", "text", key -> key.tenant().value())
            .column("key_hash", "bytea", key -> key.digest().array());

    private static final String COLUMNS = ROWS.names() + ", usage_id";

    private static final String GRANTS = """
            select r.tenant_id, r.id, r.granted_at,
                   case when r.user_key is not null then coalesce(u.user_id, '') end as user_id
            from reservation r left join app_user u on u.tenant_id = r.tenant_id and u.user_key = r.user_key
            where (r.tenant_id, r.id) in (select * from %s)""".formatted(IDS.from());

    private static final String LOCK = """
            select %s from reservation
            where (tenant_id, id) in (
                select * from %s
                union
                select tenant_id, id from reservation
                where tenant_id = any(:tenants) and state = 'held' and expires_at <= :now)
            order by tenant_id, id
            for no key update""".formatted(COLUMNS, IDS.from());

    private static final String BY_KEY = """
            select %s from reservation where (tenant_id, key_hash) in (select * from %s)""".formatted(COLUMNS, KEYS.from());

    private static final String INSERT =
            "insert into reservation (%s) select row.* from %s".formatted(ROWS.names(), ROWS.from());

    private static final String END = """
            update reservation r set state = row.state, ended_at = :now, usage_id = row.usage_id
            from %s where r.tenant_id = row.tenant_id and r.id = row.id""".formatted(ENDS.from());

    private Holds() {}

    static Map<Id, Grant> grants(Handle transaction, Collection<Id> ids) {
        return ids.isEmpty()
                ? Map.of()
                : IDS
                        .bind(transaction.createQuery(GRANTS), transaction, List.copyOf(ids))
                        .map((row, context) -> Map.entry(
                                new Id(new TenantId(row.getString("tenant_id")), row.getObject("id", UUID.class)),
                                new Grant(row.getString("user_id"), instant(row, "granted_at"))))
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Those named, whatever became of them, and those of these tenants that are due; locked in the one order. */
    static List<Hold> lock(Handle transaction, Collection<Id> named, Collection<TenantId> tenants, Instant now) {
        return IDS.bind(transaction.createQuery(LOCK), transaction, List.copyOf(named))
                .bindArray(
                        "tenants",
                        String.class,
                        tenants.stream().map(TenantId::value).toList())
                .bind("now", utc(now))
                .map((row, context) -> hold(row))
                .list();
    }

    /** Read when the balances are locked: then nobody else can be granting under the same key and user. */
    static List<Hold> withKeys(Handle transaction, Collection<EventKeys.Key> keys) {
        return keys.isEmpty()
                ? List.of()
                : KEYS.bind(transaction.createQuery(BY_KEY), transaction, List.copyOf(keys))
                        .map((row, context) -> hold(row))
                        .list();
    }

    static void insert(Handle transaction, Collection<Hold> holds) {
        if (!holds.isEmpty()) {
            ROWS.bind(transaction.createUpdate(INSERT), transaction, List.copyOf(holds))
                    .execute();
        }
    }

    static void end(Handle transaction, Collection<Hold> holds, Instant now) {
        if (!holds.isEmpty()) {
            ENDS.bind(transaction.createUpdate(END), transaction, List.copyOf(holds))
                    .bind("now", utc(now))
                    .execute();
        }
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                new TenantId(row.getString("tenant_id")),
                row.getObject("id", UUID.class),
                row.getObject("user_key", Long.class),
                row.getObject("month", LocalDate.class),
                Hold.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                new Spend(row.getLong("held_tokens"), row.getBigDecimal("held_cost"), row.getLong("held_calls")),
                instant(row, "granted_at"),
                instant(row, "expires_at"),
                row.getObject("usage_id", UUID.class),
                digest(row.getBytes("key_hash")),
                digest(row.getBytes("content_hash")));
    }

    private static String name(Hold.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static ByteBuffer digest(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static byte[] bytes(ByteBuffer digest) {
        return digest == null ? null : digest.array();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
