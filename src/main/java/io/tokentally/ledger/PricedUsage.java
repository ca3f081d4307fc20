package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import io.tokentally.pricing.Price;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Providers;
import io.tokentally.pricing.Rating;
import io.tokentally.tenancy.TenantZones;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;

/**
 * A command as it will be written: when it happened, on which day, at what cost.
 *
 * @param identity null when the sender gave no event id
 * @param provider as sent, in our spelling; else the vendor the price book knows; else null
 * @param price null: unpriced, or a cache hit, which needs none
 * @param cost null: unpriced
 */
record PricedUsage(
        UUID id,
        RecordUsage command,
        ByteBuffer identity,
        ByteBuffer content,
        Instant occurredAt,
        Instant recordedAt,
        LocalDate day,
        String provider,
        Price price,
        Cost cost) {

    static PricedUsage of(UUID id, RecordUsage command, Instant now, TenantZones zones, PriceBook prices) {
        Instant occurredAt = command.occurredAt() == null ? now : command.occurredAt();
        Optional<Price> price = prices.priceAt(command.provider(), command.model(), occurredAt);
        return new PricedUsage(
                id,
                command,
                Digests.identity(command),
                Digests.content(command),
                occurredAt,
                now,
                zones.dayOf(occurredAt),
                provider(command, price),
                command.cacheHit() ? null : price.orElse(null),
                cost(command, price, occurredAt));
    }

    LocalDate month() {
        return day.withDayOfMonth(1);
    }

    /** A cache hit made no call. */
    int calls() {
        return command.cacheHit() ? 0 : 1;
    }

    private static String provider(RecordUsage command, Optional<Price> price) {
        return command.provider() == null
                ? price.map(Price::provider).orElse(null)
                : Providers.canonical(command.provider());
    }

    private static Cost cost(RecordUsage command, Optional<Price> price, Instant occurredAt) {
        return command.cacheHit()
                ? Cost.ZERO
                : price.map(known -> Rating.rate(known, command.tokens(), occurredAt))
                        .orElse(null);
    }
}
