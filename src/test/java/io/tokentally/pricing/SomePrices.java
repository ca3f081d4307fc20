package io.tokentally.pricing;

import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The given things of the pricing tests. */
public final class SomePrices {

    static final TokenCounts ONE_MILLION_EACH = TokenCounts.of(1_000_000, 1_000_000);

    private SomePrices() {}

    public static PriceBook catalogueBook() {
        Catalogue catalogue = Catalogue.read();
        List<Price> prices = new ArrayList<>();
        for (CataloguePrice price : catalogue.prices()) {
            prices.add(price.withId(prices.size() + 1));
        }
        return PriceBook.of(prices, catalogue.aliases());
    }

    static Rates rates(String input, String output) {
        return rates(input, output, null, null, null);
    }

    static Rates rates(String input, String output, String cacheRead, String cacheWrite5m, String cacheWrite1h) {
        return new Rates(
                decimal(input), decimal(output), decimal(cacheRead), decimal(cacheWrite5m), decimal(cacheWrite1h));
    }

    static Price price(String provider, String model, String from, String until) {
        return price(provider, model, true, from, until, "1");
    }

    static Price reselling(String provider, String model) {
        return price(provider, model, false, null, null, "1");
    }

    static Price price(String provider, String model, boolean vendor, String from, String until, String input) {
        return new Price(
                0, provider, model, vendor, rates(input, "2"), List.of(), instant(from), instant(until), "a test");
    }

    static Price withBands(Rates rates, Band... bands) {
        return new Price(0, "openai", "a-model", true, rates, List.of(bands), null, null, "a test");
    }

    /** A date at 00:00 UTC, or an instant; null stays null. */
    static Instant instant(String text) {
        if (text == null) {
            return null;
        }
        return text.contains("T")
                ? Instant.parse(text)
                : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The last microsecond before: the ledger's instants have microseconds. */
    static Instant justBefore(String text) {
        return instant(text).minusNanos(1_000);
    }

    private static BigDecimal decimal(String text) {
        return text == null ? null : new BigDecimal(text);
    }
}
