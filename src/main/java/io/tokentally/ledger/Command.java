package io.tokentally.ledger;

import io.tokentally.shared.TenantId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * What a caller wants done. What a command makes has its id before the command waits for its turn, so that a command
 * that is tried again makes nothing new.
 */
sealed interface Command {

    TenantId tenant();

    /**
     * @param identity null when the sender gave no event id
     * @param withStanding whether the answer says where the user stands
     */
    record Record(
            TenantId tenant,
            UUID id,
            Instant receivedAt,
            RecordUsage usage,
            ByteBuffer identity,
            ByteBuffer content,
            boolean withStanding)
            implements Command {

        static Record of(TenantId tenant, UUID id, Instant receivedAt, RecordUsage usage, boolean withStanding) {
            return new Record(
                    tenant, id, receivedAt, usage, Digests.identity(usage), Digests.content(usage), withStanding);
        }
    }

    /** @param identity null when the caller gave no key */
    record Reserve(TenantId tenant, UUID id, ReserveUsage wanted, ByteBuffer identity, ByteBuffer content)
            implements Command {

        static Reserve of(TenantId tenant, UUID id, ReserveUsage wanted) {
            return new Reserve(tenant, id, wanted, Digests.identity(wanted), Digests.content(wanted));
        }
    }

    record Release(TenantId tenant, UUID reservation) implements Command {}

    /**
     * @param undone the fact as it stands
     * @param audit writes down who does it, when it is done
     */
    record Reverse(TenantId tenant, UUID id, Instant receivedAt, Fact undone, String reason, Consumer<Handle> audit)
            implements Command {

        Reverse of(Fact asItStandsNow) {
            return new Reverse(tenant, id, receivedAt, asItStandsNow, reason, audit);
        }
    }
}
