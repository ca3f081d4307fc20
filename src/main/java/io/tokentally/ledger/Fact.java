package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import io.tokentally.shared.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;

/**
 * A row of {@code user_api_usage} as it is written. A reversal holds the numbers of what it undoes; its row and its
 * sums have them negated.
 *
 * @param userKey null: the tenant's own call
 * @param provider as sent, in our spelling; else the vendor the price book knows; else null
 * @param priceId null: unpriced, or a cache hit, which needs none
 * @param cost null: unpriced
 * @param reversal null: a call
 */
record Fact(
        TenantId tenant,
        UUID id,
        Long userKey,
        RecordUsage usage,
        Instant occurredAt,
        Instant recordedAt,
        LocalDate day,
        String provider,
        Long priceId,
        Cost cost,
        Set<Flag> flags,
        Reversal reversal) {

    record Reversal(UUID undone, String reason) {}

    LocalDate month() {
        return day.withDayOfMonth(1);
    }

    int sign() {
        return reversal == null ? 1 : -1;
    }

    /** A cache hit made no call. */
    int calls() {
        return usage.cacheHit() ? 0 : sign();
    }

    Fact reversed(UUID reversalId, Instant now, String reason) {
        return new Fact(
                tenant,
                reversalId,
                userKey,
                usage.withEventId(null),
                occurredAt,
                now,
                day,
                provider,
                priceId,
                cost,
                flags,
                new Reversal(id, reason));
    }
}
