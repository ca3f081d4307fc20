package io.tokentally.pricing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The product's own list prices, joined with their bands and checked. A mistake in the files is ours: reading fails and
 * names the line.
 *
 * @param prices in the order of the file, a model's prices together and the oldest first
 * @param aliases in the order of the file, a name's aliases together and the oldest first
 */
record Catalogue(List<CataloguePrice> prices, List<Alias> aliases) {

    private record Name(String provider, String name) {

        static Name ofModel(CatalogueLine line) {
            return new Name(line.provider(), line.model());
        }

        static Name ofAlias(CatalogueLine line) {
            return new Name(line.provider(), line.text("alias"));
        }
    }

    static Catalogue read() {
        return of(
                CatalogueFile.PRICES.fromClassPath(),
                CatalogueFile.BANDS.fromClassPath(),
                CatalogueFile.ALIASES.fromClassPath());
    }

    static Catalogue of(List<CatalogueLine> prices, List<CatalogueLine> bands, List<CatalogueLine> aliases) {
        expectOneVendorPerModel(prices);
        Map<Name, List<CatalogueLine>> pricesOf = byModel(prices);
        expectPriced(bands, pricesOf);
        expectPriced(aliases, pricesOf);
        return new Catalogue(join(pricesOf, byModel(bands)), dated(aliases));
    }

    private static Map<Name, List<CatalogueLine>> byModel(List<CatalogueLine> lines) {
        return lines.stream().collect(groupingBy(Name::ofModel, LinkedHashMap::new, toList()));
    }

    /** Without a provider a call belongs to the model's vendor, so there can be only one. */
    private static void expectOneVendorPerModel(List<CatalogueLine> prices) {
        Map<Name, Boolean> isVendor = new HashMap<>();
        Map<String, String> vendors = new HashMap<>();
        for (CatalogueLine line : prices) {
            if (isVendor.computeIfAbsent(Name.ofModel(line), model -> isVendor(line)) != isVendor(line)) {
                throw line.mistake("the provider is either the model's vendor or it is not");
            }
            if (isVendor(line)
                    && !vendors.computeIfAbsent(line.model(), model -> line.provider())
                            .equals(line.provider())) {
                throw line.mistake(vendors.get(line.model()) + " is the vendor of " + line.model());
            }
        }
    }

    private static void expectPriced(List<CatalogueLine> lines, Map<Name, List<CatalogueLine>> pricesOf) {
        for (CatalogueLine line : lines) {
            if (!pricesOf.containsKey(Name.ofModel(line))) {
                throw line.mistake(line.provider() + " has no price for " + line.model());
            }
        }
    }

    private static List<CataloguePrice> join(
            Map<Name, List<CatalogueLine>> pricesOf, Map<Name, List<CatalogueLine>> bandsOf) {
        List<CataloguePrice> joined = new ArrayList<>();
        pricesOf.forEach((model, prices) ->
                joined.addAll(join(DatedLine.of(prices), datedBands(bandsOf.getOrDefault(model, List.of())))));
        return List.copyOf(joined);
    }

    private static List<CataloguePrice> join(List<DatedLine> prices, List<DatedLine> bands) {
        expectInForce(bands, prices.getLast().period());
        List<CataloguePrice> joined = new ArrayList<>();
        for (DatedLine price : prices) {
            boolean oldest = joined.isEmpty();
            Period inForce = oldest ? new Period(null, price.period().until()) : price.period();
            joined.add(price(
                    price,
                    bands.stream()
                            .filter(band -> band.period().overlaps(inForce))
                            .map(band -> band(band, price.period()))
                            .toList()));
        }
        return joined;
    }

    private static void expectInForce(List<DatedLine> bands, Period newestPrice) {
        Period priced = new Period(null, newestPrice.until());
        for (DatedLine band : bands) {
            if (!band.period().overlaps(priced)) {
                throw band.line().mistake("starts after the last price ended");
            }
        }
    }

    private static CataloguePrice price(DatedLine price, List<Band> bands) {
        CatalogueLine line = price.line();
        return new CataloguePrice(
                line.provider(),
                line.model(),
                isVendor(line),
                price.period().from(),
                price.period().until(),
                line.rates(),
                bands,
                line.text("source"));
    }

    /** A band says only where it differs from its price; otherwise it starts, reaches back and ends with it. */
    private static Band band(DatedLine band, Period price) {
        CatalogueLine line = band.line();
        Period period = band.period();
        Instant from = price.from() != null && period.startsBy(price.from()) ? null : period.from();
        Instant until = price.endsBy(period.until()) ? null : period.until();
        return new Band(threshold(line), line.choice("compare", ">=", ">"), from, until, line.rates());
    }

    private static List<DatedLine> datedBands(List<CatalogueLine> bands) {
        return bands.stream().collect(groupingBy(Catalogue::threshold, TreeMap::new, toList())).values().stream()
                .flatMap(sameThreshold -> DatedLine.of(sameThreshold).stream())
                .toList();
    }

    private static List<Alias> dated(List<CatalogueLine> aliases) {
        return aliases.stream().collect(groupingBy(Name::ofAlias, LinkedHashMap::new, toList())).values().stream()
                .flatMap(sameName -> DatedLine.of(sameName).stream())
                .map(DatedLine::line)
                .map(line -> new Alias(line.provider(), line.text("alias"), line.model(), line.from()))
                .toList();
    }

    private static boolean isVendor(CatalogueLine line) {
        return line.choice("vendor", "yes", "no");
    }

    private static long threshold(CatalogueLine line) {
        long threshold = line.number("threshold_prompt_tokens");
        if (threshold <= 0) {
            throw line.mistake("a threshold is positive");
        }
        return threshold;
    }
}
