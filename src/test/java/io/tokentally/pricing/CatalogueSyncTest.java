package io.tokentally.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.testing.ApiTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** Every test works in a transaction that is taken back: the suite shares one catalogue. */
@ApiTest
class CatalogueSyncTest {

    private static final Instant SOON = Instant.parse("2027-06-01T00:00:00Z");

    private static final class TakeBack extends RuntimeException {}

    @Inject
    TenantTransactions transactions;

    private void inACatalogueOfItsOwn(Consumer<Handle> test) {
        try {
            transactions.writePlatform(transaction -> {
                test.accept(transaction);
                throw new TakeBack();
            });
        } catch (TakeBack expected) {
            // nothing of it stays
        }
    }

    private static Catalogue with(
            Predicate<CataloguePrice> which, java.util.function.UnaryOperator<CataloguePrice> change) {
        Catalogue now = Catalogue.read();
        return new Catalogue(
                now.prices().stream()
                        .map(price -> which.test(price) ? change.apply(price) : price)
                        .toList(),
                now.aliases());
    }

    private static boolean isGpt4o(CataloguePrice price) {
        return price.provider().equals("openai") && price.model().equals("gpt-4o");
    }

    private static CataloguePrice dearer(CataloguePrice price) {
        return new CataloguePrice(
                price.provider(),
                price.model(),
                price.vendor(),
                price.from(),
                price.until(),
                new Rates(new BigDecimal("99"), new BigDecimal("99"), null, null, null),
                price.bands(),
                price.source());
    }

    private static CataloguePrice ending(CataloguePrice price) {
        return new CataloguePrice(
                price.provider(),
                price.model(),
                price.vendor(),
                price.from(),
                SOON,
                price.rates(),
                price.bands(),
                price.source());
    }

    private static List<Price> gpt4o(Handle transaction) {
        return PriceRows.ofBook(transaction, PriceRows.CATALOGUE).stream()
                .filter(price ->
                        price.provider().equals("openai") && price.model().equals("gpt-4o"))
                .toList();
    }

    private static long rows(Handle transaction) {
        return transaction
                .createQuery("select count(*) from price")
                .mapTo(Long.class)
                .one();
    }

    @Test
    void changesNothingTheSecondTime() {
        inACatalogueOfItsOwn(transaction -> {
            List<Price> before = PriceRows.ofBook(transaction, PriceRows.CATALOGUE);

            CatalogueSync.bringIn(transaction, Catalogue.read());

            assertThat(PriceRows.ofBook(transaction, PriceRows.CATALOGUE)).containsExactlyInAnyOrderElementsOf(before);
        });
    }

    @Test
    void keepsARowThatACorrectionReplacesForTheCallsItPriced() {
        inACatalogueOfItsOwn(transaction -> {
            Price before = gpt4o(transaction).getFirst();
            long rowsBefore = rows(transaction);

            CatalogueSync.bringIn(transaction, with(CatalogueSyncTest::isGpt4o, CatalogueSyncTest::dearer));

            assertThat(gpt4o(transaction)).singleElement().satisfies(now -> {
                assertThat(now.id()).isNotEqualTo(before.id());
                assertThat(now.rates().input()).isEqualByComparingTo("99");
            });
            assertThat(rows(transaction)).isEqualTo(rowsBefore + 1);
        });
    }

    @Test
    void writesALaterEndToTheSameRow() {
        inACatalogueOfItsOwn(transaction -> {
            Price before = gpt4o(transaction).getFirst();

            CatalogueSync.bringIn(transaction, with(CatalogueSyncTest::isGpt4o, CatalogueSyncTest::ending));

            assertThat(gpt4o(transaction)).singleElement().satisfies(now -> {
                assertThat(now.id()).isEqualTo(before.id());
                assertThat(now.until()).isEqualTo(SOON);
            });
        });
    }

    @Test
    void retiresWhatTheCatalogueNoLongerHas() {
        inACatalogueOfItsOwn(transaction -> {
            var without = new ArrayList<>(Catalogue.read().prices());
            without.removeIf(CatalogueSyncTest::isGpt4o);

            CatalogueSync.bringIn(transaction, new Catalogue(without, List.of()));

            assertThat(gpt4o(transaction)).isEmpty();
        });
    }

    @Test
    void pricesTheSameFromTheDatabaseAsFromTheFiles() {
        inACatalogueOfItsOwn(transaction -> {
            List<Price> stored = PriceRows.ofBook(transaction, PriceRows.CATALOGUE);
            List<Price> read = Catalogue.read().prices().stream()
                    .map(price -> price.withId(0))
                    .toList();

            assertThat(stored).map(price -> withoutId(price)).containsExactlyInAnyOrderElementsOf(read);
        });
    }

    private static Price withoutId(Price price) {
        return new Price(
                0,
                price.provider(),
                price.model(),
                price.vendor(),
                price.rates(),
                price.bands(),
                price.from(),
                price.until(),
                price.source());
    }
}
