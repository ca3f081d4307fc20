package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import io.tokentally.shared.TenantId;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Who came first. A key is claimed in the transaction of its event, so neither is ever there without the other. */
final class EventKeys {

    record Key(TenantId tenant, ByteBuffer digest) {}

    /** @param cost null: unpriced */
    record Claim(Key key, ByteBuffer content, UUID id, LocalDate day, Cost cost) {

        private FirstAnswer asFirst() {
            return new FirstAnswer(id, content, cost);
        }
    }

    /** @param cost null: unpriced */
    record FirstAnswer(UUID id, ByteBuffer content, Cost cost) {}

    private static final Unnest<Claim> CLAIMS = new Unnest<Claim>()
            .column("tenant_id", "text", claim -> claim.key.tenant.value())
            .column("key_hash", "bytea", claim -> claim.key.digest.array())
            .column("content_hash", "bytea", claim -> claim.content.array())
            .column("usage_id", "uuid", Claim::id)
            .column("usage_day", "date", Claim::day)
            .column("input_cost", "numeric", claim -> claim.cost == null ? null : claim.cost.input())
            .column("output_cost", "numeric", claim -> claim.cost == null ? null : claim.cost.output());

    private static final String CLAIM = """
            insert into event_key (%s)
            select row.* from %s order by tenant_id collate "C", key_hash
            on conflict do nothing
            returning tenant_id, key_hash""".formatted(CLAIMS.names(), CLAIMS.from());

    private static final Unnest<Key> KEYS = new Unnest<Key>()
            .column("tenant_id", "text", key -> key.tenant.value())
            .column("key_hash", "bytea", key -> key.digest.array());

    private static final String HOLDERS = """
            select tenant_id, key_hash, content_hash, usage_id, input_cost, output_cost
            from event_key where (tenant_id, key_hash) in (select * from %s)""".formatted(KEYS.from());

    private EventKeys() {}

    /**
     * Claims every key that is free, and tells for each who holds it now: one of these claims, or an event of the past.
     * Waits for a transaction that is claiming the same one. Of several claims to one key the first counts.
     */
    static Map<Key, FirstAnswer> claim(Handle transaction, Collection<Claim> claims) {
        var firsts = new HashMap<Key, Claim>();
        claims.forEach(claim -> firsts.putIfAbsent(claim.key, claim));
        var holders = new HashMap<Key, FirstAnswer>();
        if (firsts.isEmpty()) {
            return holders;
        }
        CLAIMS.bind(transaction.createQuery(CLAIM), transaction, List.copyOf(firsts.values()))
                .map((row, context) -> key(row.getString("tenant_id"), row.getBytes("key_hash")))
                .forEach(key -> holders.put(key, firsts.get(key).asFirst()));
        List<Key> taken = firsts.keySet().stream()
                .filter(key -> !holders.containsKey(key))
                .toList();
        holders.putAll(known(transaction, taken));
        return holders;
    }

    /** As {@link #claim}, for those that may not claim: only who is there already. */
    static Map<Key, FirstAnswer> known(Handle transaction, List<Key> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return KEYS.bind(transaction.createQuery(HOLDERS), transaction, keys)
                .reduceRows(new HashMap<Key, FirstAnswer>(), (holders, row) -> {
                    holders.put(
                            key(row.getColumn("tenant_id", String.class), row.getColumn("key_hash", byte[].class)),
                            new FirstAnswer(
                                    row.getColumn("usage_id", UUID.class),
                                    ByteBuffer.wrap(row.getColumn("content_hash", byte[].class)),
                                    cost(
                                            row.getColumn("input_cost", BigDecimal.class),
                                            row.getColumn("output_cost", BigDecimal.class))));
                    return holders;
                });
    }

    private static Key key(String tenant, byte[] digest) {
        return new Key(new TenantId(tenant), ByteBuffer.wrap(digest));
    }

    private static Cost cost(BigDecimal input, BigDecimal output) {
        return input == null ? null : new Cost(input, output);
    }
}
