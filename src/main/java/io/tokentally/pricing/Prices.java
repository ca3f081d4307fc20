package io.tokentally.pricing;

import static java.util.stream.Collectors.toMap;

import io.quarkus.runtime.StartupEvent;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * The price books as the database holds them. The product's catalogue is brought into the database at start-up and then
 * kept in memory; a tenant's own prices are read in the transaction that uses them.
 */
@ApplicationScoped
public class Prices {

    private final TenantTransactions transactions;
    private volatile List<Price> defaults;
    private volatile PriceBook catalogue;

    Prices(TenantTransactions transactions) {
        this.transactions = transactions;
    }

    void load(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent start) {
        transactions.writePlatform(transaction -> {
            CatalogueSync.bringIn(transaction, Catalogue.read());
            defaults = PriceRows.ofBook(transaction, PriceRows.CATALOGUE);
            catalogue = PriceBook.of(defaults, PriceRows.aliasesOfBook(transaction, PriceRows.CATALOGUE));
            return null;
        });
    }

    /** The books the tenants' calls are priced by: each one's own prices over the catalogue's. */
    public Map<TenantId, PriceBook> booksOf(Handle transaction, Collection<TenantId> tenants) {
        Set<TenantId> withOwn = PriceRows.booksAmong(transaction, tenants);
        return tenants.stream()
                .collect(toMap(
                        tenant -> tenant,
                        tenant -> withOwn.contains(tenant)
                                ? bookOver(PriceRows.ofBook(transaction, tenant.value()))
                                : catalogue));
    }

    /** All that {@code wanted} asks for, as lists show it. */
    public List<PriceView> all(Handle transaction, TenantId tenant, PriceListing wanted, Instant now) {
        return tableOf(transaction, tenant).all(wanted, now);
    }

    /** What one tenant is priced by, row by row. */
    PriceTable tableOf(Handle transaction, TenantId tenant) {
        List<Price> own = PriceRows.ofBook(transaction, tenant.value());
        return new PriceTable(defaults, own, catalogue, bookOver(own));
    }

    /** @param own a tenant's */
    PriceBook bookOver(List<Price> own) {
        return catalogue.withOverrides(own);
    }
}
