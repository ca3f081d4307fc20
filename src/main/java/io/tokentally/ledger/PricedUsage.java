package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import io.tokentally.pricing.Price;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Providers;
import io.tokentally.pricing.Rating;
import io.tokentally.tenancy.TenantZones;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A command as it will be written: when it happened, on which day, at what cost.
 *
 * @param provider as sent, in our spelling; else the vendor the price book knows; else null
 * @param price null: unpriced, or a cache hit, which needs none
 * @param cost null: unpriced
 */
record PricedUsage(Command.Record command, Instant occurredAt, LocalDate day, String provider, Price price, Cost cost) {

    static PricedUsage of(Command.Record command, Instant occurredAt, TenantZones zones, PriceBook prices) {
        RecordUsage usage = command.usage();
        Optional<Price> price = prices.priceAt(usage.provider(), usage.model(), occurredAt);
        return new PricedUsage(
                command,
                occurredAt,
                zones.dayOf(occurredAt),
                provider(usage, price),
                usage.cacheHit() ? null : price.orElse(null),
                cost(usage, price, occurredAt));
    }

    LocalDate month() {
        return day.withDayOfMonth(1);
    }

    Fact by(Long userKey, boolean overrun) {
        return new Fact(
                command.tenant(),
                command.id(),
                userKey,
                command.usage(),
                occurredAt,
                command.receivedAt(),
                day,
                provider,
                price == null ? null : price.id(),
                cost,
                overrun
                        ? with(command.usage().flags(), Flag.OVERRUN)
                        : command.usage().flags(),
                null);
    }

    private static Set<Flag> with(Set<Flag> flags, Flag flag) {
        var more = new HashSet<>(flags);
        more.add(flag);
        return more;
    }

    private static String provider(RecordUsage usage, Optional<Price> price) {
        return usage.provider() == null
                ? price.map(Price::provider).orElse(null)
                : Providers.canonical(usage.provider());
    }

    private static Cost cost(RecordUsage usage, Optional<Price> price, Instant occurredAt) {
        return usage.cacheHit()
                ? Cost.ZERO
                : price.map(known -> Rating.rate(known, usage.tokens(), occurredAt))
                        .orElse(null);
    }
}
