package io.tokentally.pricing;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the price of a call: the default catalogue's, or the tenant's own where one is in force. Immutable.
 *
 * <p>A model's name is looked up exactly, then as an alias, then both again without a trailing date; a step counts only
 * if it leads to a price in force at that instant. There are no prefix guesses: what is not found is unpriced.
 *
 * <p>With a provider only that provider's prices count. Without one only vendors' prices do, never a reseller's; where a
 * name leads to two vendors at that instant the call is unpriced, because either would be a guess. A tenant's own
 * price settles it: the catalogue is asked only when no price of the tenant's is in force.
 */
public final class PriceBook {

    /** Model, then provider. */
    private final Map<String, Map<String, PriceHistory>> defaults;

    private final Map<String, Map<String, PriceHistory>> overrides;

    /** Alias, then provider; newest first. */
    private final Map<String, Map<String, List<Alias>>> aliases;

    private PriceBook(
            Map<String, Map<String, PriceHistory>> defaults,
            Map<String, Map<String, PriceHistory>> overrides,
            Map<String, Map<String, List<Alias>>> aliases) {
        this.defaults = defaults;
        this.overrides = overrides;
        this.aliases = aliases;
    }

    /** The default book. A model's oldest price also holds at every earlier instant. */
    static PriceBook of(List<Price> defaults, List<Alias> aliases) {
        return new PriceBook(byModelAndProvider(defaults, true), Map.of(), byNameAndProvider(aliases));
    }

    /**
     * The book of a tenant, sharing this one's defaults. An override starts exactly at its date and replaces the whole
     * price, bands included. The given ones take the place of any this book had.
     */
    PriceBook withOverrides(List<Price> overrides) {
        return new PriceBook(defaults, byModelAndProvider(overrides, false), aliases);
    }

    /**
     * The price in force, or empty: the call is unpriced.
     *
     * @param provider in any spelling {@link Providers} knows; null or blank means the model's vendor
     */
    public Optional<Price> priceAt(String provider, String model, Instant at) {
        String seller = Providers.canonical(provider);
        List<Price> found = namedOrAliased(seller, model, at);
        if (found.isEmpty()) {
            found = TrailingDate.strip(model)
                    .map(undated -> namedOrAliased(seller, undated, at))
                    .orElse(found);
        }
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /**
     * Whether this provider's price of a model would be its vendor's: by the catalogue, and of a model that the catalogue
     * knows from no vendor anybody's is.
     */
    boolean isVendor(String provider, String model) {
        Map<String, PriceHistory> known = defaults.getOrDefault(model, Map.of());
        if (known.containsKey(provider)) {
            return known.get(provider).newestFirst().getFirst().vendor();
        }
        return !isSoldByVendor(known.values().stream()) && !isSoldByVendor(aliased(model));
    }

    private Stream<PriceHistory> aliased(String name) {
        return aliases.getOrDefault(name, Map.of()).values().stream()
                .flatMap(List::stream)
                .map(alias -> defaults.getOrDefault(alias.model(), Map.of()).get(alias.provider()))
                .filter(Objects::nonNull);
    }

    private static boolean isSoldByVendor(Stream<PriceHistory> histories) {
        return histories.anyMatch(history -> history.newestFirst().getFirst().vendor());
    }

    /**
     * The other names of a provider's model, by name.
     *
     * @param at those that lead to it then; null: at any time
     */
    List<String> aliasesOf(String provider, String model, Instant at) {
        return aliases.keySet().stream()
                .filter(name -> leadingFrom(provider, name, at)
                        .anyMatch(alias -> alias.model().equals(model)))
                .sorted()
                .toList();
    }

    private Stream<Alias> leadingFrom(String provider, String name, Instant at) {
        return at == null
                ? aliases.get(name).getOrDefault(provider, List.of()).stream()
                : aliasesInForce(provider, name, at).stream();
    }

    private List<Price> namedOrAliased(String seller, String name, Instant at) {
        List<Price> named = named(seller, name, at);
        return named.isEmpty() ? aliased(seller, name, at) : named;
    }

    private List<Price> named(String seller, String model, Instant at) {
        List<Price> own = inForce(overrides, seller, model, at);
        return own.isEmpty() ? inForce(defaults, seller, model, at) : own;
    }

    private List<Price> aliased(String seller, String name, Instant at) {
        List<Price> found = new ArrayList<>(1);
        for (Alias alias : aliasesInForce(seller, name, at)) {
            for (Price price : named(alias.provider(), alias.model(), at)) {
                if (seller != null || price.vendor()) {
                    found.add(price);
                }
            }
        }
        return found;
    }

    private static List<Price> inForce(
            Map<String, Map<String, PriceHistory>> prices, String seller, String model, Instant at) {
        Map<String, PriceHistory> byProvider = prices.getOrDefault(model, Map.of());
        if (seller == null) {
            return ofVendors(byProvider, at);
        }
        PriceHistory history = byProvider.get(seller);
        Price price = history == null ? null : history.at(at);
        return price == null ? List.of() : List.of(price);
    }

    private static List<Price> ofVendors(Map<String, PriceHistory> byProvider, Instant at) {
        List<Price> found = new ArrayList<>(1);
        for (PriceHistory history : byProvider.values()) {
            Price price = history.at(at);
            if (price != null && price.vendor()) {
                found.add(price);
            }
        }
        return found;
    }

    private List<Alias> aliasesInForce(String seller, String name, Instant at) {
        List<Alias> found = new ArrayList<>(1);
        aliases.getOrDefault(name, Map.of()).forEach((provider, newestFirst) -> {
            if (seller == null || seller.equals(provider)) {
                newestFirst.stream()
                        .filter(alias -> alias.startsBy(at))
                        .findFirst()
                        .ifPresent(found::add);
            }
        });
        return found;
    }

    private static Map<String, Map<String, PriceHistory>> byModelAndProvider(List<Price> prices, boolean reachesBack) {
        return prices.stream()
                .collect(groupingBy(
                        Price::model,
                        groupingBy(
                                price -> Providers.canonical(price.provider()),
                                collectingAndThen(toList(), history -> new PriceHistory(history, reachesBack)))));
    }

    private static Map<String, Map<String, List<Alias>>> byNameAndProvider(List<Alias> aliases) {
        return aliases.stream()
                .sorted(Comparator.comparing(Alias::from, Comparator.nullsFirst(Comparator.<Instant>naturalOrder()))
                        .reversed())
                .collect(groupingBy(Alias::alias, groupingBy(alias -> Providers.canonical(alias.provider()))));
    }
}
