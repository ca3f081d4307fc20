package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import io.tokentally.shared.TenantId;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Who came first. A key is claimed in the transaction of its event, so neither is ever there without the other. */
final class EventKeys {

    /** @param cost null: unpriced */
    record FirstAnswer(UUID id, ByteBuffer content, Cost cost) {}

    private static final Unnest<PricedUsage> KEYS = new Unnest<PricedUsage>()
            .column("key_hash", "bytea", usage -> usage.identity().array())
            .column("content_hash", "bytea", usage -> usage.content().array())
            .column("usage_id", "uuid", PricedUsage::id)
            .column("usage_day", "date", PricedUsage::day)
            .column(
                    "input_cost",
                    "numeric",
                    usage -> usage.cost() == null ? null : usage.cost().input())
            .column(
                    "output_cost",
                    "numeric",
                    usage -> usage.cost() == null ? null : usage.cost().output());

    private static final String CLAIM = """
            insert into event_key (tenant_id, %s)
            select :tenant, row.* from %s order by key_hash
            on conflict do nothing""".formatted(KEYS.names(), KEYS.from());

    private EventKeys() {}

    /**
     * Claims every identity among {@code usages} that is free, and tells for each identity who holds it now: one of
     * these usages, or an event of the past. Waits for a transaction that is claiming the same one.
     */
    static Map<ByteBuffer, FirstAnswer> claim(Handle transaction, TenantId tenant, Collection<PricedUsage> usages) {
        var firsts = new HashMap<ByteBuffer, PricedUsage>();
        usages.stream()
                .filter(usage -> usage.identity() != null)
                .forEach(usage -> firsts.putIfAbsent(usage.identity(), usage));
        if (firsts.isEmpty()) {
            return Map.of();
        }
        KEYS.bind(transaction.createUpdate(CLAIM), transaction, List.copyOf(firsts.values()))
                .bind("tenant", tenant.value())
                .execute();
        return holders(transaction, tenant, firsts.keySet());
    }

    private static Map<ByteBuffer, FirstAnswer> holders(
            Handle transaction, TenantId tenant, Collection<ByteBuffer> identities) {
        Object[] keys = identities.stream().map(ByteBuffer::array).toArray();
        return transaction
                .createQuery("""
                        select key_hash, content_hash, usage_id, input_cost, output_cost
                        from event_key where tenant_id = :tenant and key_hash = any(:keys)""")
                .bind("tenant", tenant.value())
                .bind("keys", Unnest.array(transaction, "bytea", keys))
                .reduceRows(new HashMap<ByteBuffer, FirstAnswer>(), (holders, row) -> {
                    holders.put(
                            ByteBuffer.wrap(row.getColumn("key_hash", byte[].class)),
                            new FirstAnswer(
                                    row.getColumn("usage_id", UUID.class),
                                    ByteBuffer.wrap(row.getColumn("content_hash", byte[].class)),
                                    cost(
                                            row.getColumn("input_cost", BigDecimal.class),
                                            row.getColumn("output_cost", BigDecimal.class))));
                    return holders;
                });
    }

    private static Cost cost(BigDecimal input, BigDecimal output) {
        return input == null ? null : new Cost(input, output);
    }
}
