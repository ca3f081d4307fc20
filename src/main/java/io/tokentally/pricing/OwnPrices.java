package io.tokentally.pricing;

import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditEntry;
import io.tokentally.tenancy.AuditLog;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The prices a tenant sets for itself. A usage row remembers its price, so a row stays as it is for ever: only its end is
 * written, or, of one that never began, that it is gone.
 */
@ApplicationScoped
class OwnPrices {

    private final Prices prices;
    private final AuditLog audit;

    OwnPrices(Prices prices, AuditLog audit) {
        this.prices = prices;
        this.audit = audit;
    }

    /**
     * @throws TooManyPrices when the tenant has as many as it may, those that have ended included
     * @throws PriceOverlaps when another one of the tenant's for the model holds at some instant of it
     */
    Price create(Handle transaction, TenantId tenant, NewPrice wanted) {
        List<Price> own = locked(transaction, tenant);
        if (own.size() >= TooManyPrices.MOST) {
            throw new TooManyPrices();
        }
        if (own.stream().anyMatch(price -> wanted.isOfTheModelOf(price) && overlap(wanted, price))) {
            throw new PriceOverlaps();
        }
        PriceBook before = prices.bookOver(own);
        CataloguePrice made = wanted.soldBy(before.isVendor(wanted.provider(), wanted.model()));
        Price price = made.withId(PriceRows.insert(transaction, tenant.value(), made));
        Optional<Price> replaced = before.priceAt(price.provider(), price.model(), price.from());
        note(transaction, tenant, AuditAction.PRICE_CREATED, price, values(price), replaced.map(OwnPrices::values));
        return price;
    }

    /**
     * Ends a price at an instant that is not past, or removes one that had not begun by then. One that is over by then
     * stays as it is.
     *
     * @throws NotFound when the tenant has no such price
     */
    void end(Handle transaction, TenantId tenant, long id, Instant at) {
        Price price = locked(transaction, tenant).stream()
                .filter(own -> own.id() == id)
                .findFirst()
                .orElseThrow(NotFound::new);
        if (price.period().endsBy(at)) {
            return;
        }
        if (price.from() != null && !price.from().isBefore(at)) {
            PriceRows.retire(transaction, price);
            note(transaction, tenant, AuditAction.PRICE_REMOVED, price, Map.of(), Optional.of(values(price)));
        } else {
            PriceRows.end(transaction, price, at);
            note(
                    transaction,
                    tenant,
                    AuditAction.PRICE_ENDED,
                    price,
                    values(price.endingAt(at)),
                    Optional.of(values(price)));
        }
    }

    /** Changes of one tenant's prices come after each other: no index keeps two periods apart. */
    private static List<Price> locked(Handle transaction, TenantId tenant) {
        transaction
                .createQuery("select pg_advisory_xact_lock(hashtext('tokentally.prices'), hashtext(:book))::text")
                .bind("book", tenant.value())
                .mapTo(String.class)
                .one();
        return PriceRows.ofBook(transaction, tenant.value());
    }

    private static boolean overlap(NewPrice wanted, Price price) {
        return wanted.period().overlaps(price.period());
    }

    private void note(
            Handle transaction,
            TenantId tenant,
            AuditAction action,
            Price price,
            Map<String, Object> now,
            Optional<Map<String, Object>> before) {
        var details = new LinkedHashMap<String, Object>();
        details.put("id", price.id());
        details.put("new", now);
        details.put("old", before.orElse(Map.of()));
        audit.write(transaction, tenant, AuditEntry.of(action, price.provider() + "/" + price.model(), details));
    }

    /** Without the source, where an admin may have written anything. */
    private static Map<String, Object> values(Price price) {
        var values = new LinkedHashMap<String, Object>();
        values.put("input_per_million", price.rates().input());
        values.put("output_per_million", price.rates().output());
        values.put("cache_read_per_million", price.rates().cacheRead());
        values.put("cache_write_5m_per_million", price.rates().cacheWrite5m());
        values.put("cache_write_1h_per_million", price.rates().cacheWrite1h());
        values.put("effective_from", price.from());
        values.put("effective_until", price.until());
        return values;
    }
}
