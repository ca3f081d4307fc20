package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** When keys were last used, to the minute. It is written beside the request: no call waits for it or fails with it. */
@ApplicationScoped
class ApiKeyUses {

    private static final Logger LOG = Logger.getLogger(ApiKeyUses.class);
    private static final Duration GRAIN = Duration.ofMinutes(1);

    private final TenantTransactions transactions;
    private final Set<UUID> beingWritten = ConcurrentHashMap.newKeySet();

    ApiKeyUses(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    void note(TenantId tenant, UUID key, Instant before, Instant now) {
        boolean isNews = before == null || before.plus(GRAIN).isBefore(now);
        if (isNews && beingWritten.add(key)) {
            Thread.ofVirtual().name("key use").start(() -> write(tenant, key, now));
        }
    }

    private void write(TenantId tenant, UUID key, Instant now) {
        try {
            transactions.write(
                    tenant,
                    transaction -> transaction
                            .createUpdate("""
                            update api_key set last_used_at = :now
                            where tenant_id = :tenant and id = :key and (last_used_at is null or last_used_at < :now)""")
                            .bind("now", now.atOffset(ZoneOffset.UTC))
                            .bind("tenant", tenant.value())
                            .bind("key", key)
                            .execute());
        } catch (RuntimeException notNow) {
            LOG.debug("the use of a key was not written down", notNow);
        } finally {
            beingWritten.remove(key);
        }
    }
}
