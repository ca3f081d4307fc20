package io.tokentally.ledger;

import io.tokentally.quota.Spend;
import io.tokentally.shared.TenantId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * A row of {@code reservation}.
 *
 * @param userKey null: on the tenant's own limits only
 * @param month of its grant: the balances it is held in
 * @param usageId the fact that settled it; else null
 * @param key digest of the Idempotency-Key; null when none was sent
 */
record Hold(
        TenantId tenant,
        UUID id,
        Long userKey,
        LocalDate month,
        State state,
        Spend held,
        Instant grantedAt,
        Instant expiresAt,
        UUID usageId,
        ByteBuffer key,
        ByteBuffer content) {

    enum State {
        HELD,
        SETTLED,
        RELEASED,
        EXPIRED
    }

    boolean isHeld() {
        return state == State.HELD;
    }

    boolean isDue(Instant now) {
        return isHeld() && !expiresAt.isAfter(now);
    }

    Hold ended(State end, UUID settledBy) {
        return new Hold(tenant, id, userKey, month, end, held, grantedAt, expiresAt, settledBy, key, content);
    }
}
