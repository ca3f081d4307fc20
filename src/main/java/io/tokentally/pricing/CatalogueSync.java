package io.tokentally.pricing;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Brings the catalogue of this version of the product into the database. A usage row remembers its price, so a price
 * that was ever there is never changed: a correction retires the row and adds another; only a later end is written to it.
 */
final class CatalogueSync {

    private record Key(String provider, String model, Instant from) {

        static Key of(Price price) {
            return new Key(price.provider(), price.model(), price.from());
        }

        static Key of(CataloguePrice price) {
            return new Key(price.provider(), price.model(), price.from());
        }
    }

    private CatalogueSync() {}

    /** Replicas that start together take turns. */
    static void bringIn(Handle transaction, Catalogue catalogue) {
        transaction.execute("select pg_advisory_xact_lock(hashtext('tokentally.catalogue'))");
        Map<Key, Price> stored =
                PriceRows.ofBook(transaction, PriceRows.CATALOGUE).stream().collect(toMap(Key::of, identity()));
        Set<Key> wanted = new HashSet<>();
        for (CataloguePrice price : catalogue.prices()) {
            wanted.add(Key.of(price));
            bringIn(transaction, price, stored.get(Key.of(price)));
        }
        stored.forEach((key, price) -> {
            if (!wanted.contains(key)) {
                PriceRows.retire(transaction, price);
            }
        });
        replaceAliases(transaction, catalogue);
    }

    private static void bringIn(Handle transaction, CataloguePrice wanted, Price stored) {
        if (stored != null && isTheSame(wanted, stored)) {
            if (!Objects.equals(wanted.until(), stored.until())) {
                PriceRows.end(transaction, stored, wanted.until());
            }
            return;
        }
        if (stored != null) {
            PriceRows.retire(transaction, stored);
        }
        PriceRows.insert(transaction, PriceRows.CATALOGUE, wanted);
    }

    private static boolean isTheSame(CataloguePrice wanted, Price stored) {
        return wanted.rates().equals(stored.rates())
                && wanted.vendor() == stored.vendor()
                && Set.copyOf(wanted.bands()).equals(Set.copyOf(stored.bands()));
    }

    private static void replaceAliases(Handle transaction, Catalogue catalogue) {
        transaction
                .createUpdate("delete from model_alias where book = :book")
                .bind("book", PriceRows.CATALOGUE)
                .execute();
        catalogue.aliases().forEach(alias -> PriceRows.insert(transaction, PriceRows.CATALOGUE, alias));
    }
}
