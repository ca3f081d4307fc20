package io.tokentally.pricing;

import static io.tokentally.pricing.SomePrices.instant;
import static io.tokentally.pricing.SomePrices.rates;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.StringReader;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

    private final Catalogue catalogue = Catalogue.read();

    /** Counts and sums of the reference list (194 prices), which has no price of before the cut of deepseek v4's cache. */
    @ParameterizedTest
    @CsvSource({
        "openai,    67, 557.5,   2330.65, 68.73,    37.25",
        "anthropic, 27, 141.15,  705.75,  11.72,    176.425",
        "google,    21, 16.6375, 92.8,    1.88,     0",
        "deepseek,  11, 3.685,   10.48,   0.374425, 0",
        "mistral,   20, 19.97,   62.51,   0,        0",
        "groq,      8,  2.465,   6.3,     0.6125,   0",
        "xai,       8,  10.15,   41.5,    1.645,    0",
        "cohere,    5,  5.3075,  20.75,   0,        0",
        "moonshot,  5,  5.75,    27,      0.86,     0",
        "bedrock,   13, 24.725,  113.01,  1.89,     23.625",
        "azure,     9,  17.915,  91.66,   5.25,     5",
    })
    void hasEveryListPriceOfAProvider(
            String provider, int count, BigDecimal input, BigDecimal output, BigDecimal read, BigDecimal write) {
        List<Rates> listed = catalogue.prices().stream()
                .filter(price -> price.provider().equals(provider))
                .filter(price -> !isEarlyCachePrice(price))
                .map(CataloguePrice::rates)
                .toList();

        assertThat(listed).hasSize(count);
        assertThat(sum(listed, Rates::input)).isEqualByComparingTo(input);
        assertThat(sum(listed, Rates::output)).isEqualByComparingTo(output);
        assertThat(sum(listed, Rates::cacheRead)).isEqualByComparingTo(read);
        assertThat(sum(listed, Rates::cacheWrite5m)).isEqualByComparingTo(write);
    }

    @Test
    void hasTheTwoPricesFromBeforeTheCutOfDeepseeksCache() {
        assertThat(catalogue.prices()).hasSize(194 + 2);
        assertThat(catalogue.prices().stream().filter(CatalogueTest::isEarlyCachePrice))
                .extracting(CataloguePrice::model, CataloguePrice::rates)
                .containsExactly(
                        tuple("deepseek-v4-flash", rates("0.14", "0.28", "0.028", null, null)),
                        tuple("deepseek-v4-pro", rates("0.435", "0.87", "0.03625", null, null)));
    }

    @Test
    void hasEveryLongContextBand() {
        List<Band> bands = catalogue.prices().stream()
                .flatMap(price -> price.bands().stream())
                .toList();

        List<Rates> listed = bands.stream().map(Band::rates).toList();
        assertThat(listed).hasSize(28);
        assertThat(sum(listed, Rates::input)).isEqualByComparingTo("230.15");
        assertThat(sum(listed, Rates::output)).isEqualByComparingTo("984.90");
        assertThat(sum(listed, Rates::cacheRead)).isEqualByComparingTo("24.0825");
        assertThat(sum(listed, Rates::cacheWrite5m)).isEqualByComparingTo("93.375");
        assertThat(bands.stream().filter(Band::inclusive)).hasSize(4);
    }

    @Test
    void billsOneHourCacheWritesOfClaudeAtTwiceItsInput() {
        List<CataloguePrice> claude =
                catalogue.prices().stream().filter(CatalogueTest::isClaude).toList();

        assertThat(claude).hasSize(27 + 6);
        assertThat(claude.stream().flatMap(CatalogueTest::everyRates))
                .hasSize(27 + 6 + 7)
                .allSatisfy(rates -> assertThat(rates.cacheWrite1h())
                        .isEqualByComparingTo(rates.input().add(rates.input())));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-haiku-20240307, 0.5",
        "claude-fable-5-1,        20",
        "claude-fable-5-2,        16",
        "claude-opus-5-5,         8",
        "claude-haiku-5-5,        0.2",
    })
    void hasTheOneHourCacheWriteRatesThatAreStated(String model, BigDecimal rate) {
        assertThat(prices(model))
                .extracting(price -> price.rates().cacheWrite1h())
                .containsExactly(rate);
    }

    @Test
    void hasNoOneHourCacheWriteRateForOthers() {
        assertThat(catalogue.prices().stream().filter(price -> !isClaude(price)).flatMap(CatalogueTest::everyRates))
                .extracting(Rates::cacheWrite1h)
                .containsOnlyNulls();
    }

    @Test
    void closesAPriceWhereTheNextOneStarts() {
        assertThat(prices("gpt-5.6-luna"))
                .extracting(CataloguePrice::from, CataloguePrice::until)
                .containsExactly(
                        tuple(instant("2026-07-09"), instant("2026-07-30")), tuple(instant("2026-07-30"), null));
    }

    @Test
    void givesEachPriceItsOwnBands() {
        assertThat(prices("gpt-5.6-luna"))
                .extracting(CataloguePrice::bands)
                .containsExactly(
                        List.of(new Band(272_000, false, null, null, rates("2", "9", "0.2", "2.5", null))),
                        List.of(new Band(272_000, false, null, null, rates("0.4", "1.8", "0.04", "0.5", null))));
    }

    @Test
    void endsABandBeforeItsPrice() {
        assertThat(prices("claude-opus-4-6-20260205"))
                .flatExtracting(CataloguePrice::bands)
                .containsExactly(
                        new Band(200_000, false, null, instant("2026-03-13"), rates("10", "37.5", "1", "12.5", "20")));
    }

    @Test
    void saysWhereTimeOfDayPricesAreLeftOut() {
        assertThat(catalogue.prices().stream()
                        .filter(price -> price.source().contains("time-of-day prices are not modelled")))
                .extracting(CataloguePrice::model)
                .containsExactly("deepseek-chat", "deepseek-v4-flash", "deepseek-v4-pro", "deepseek-flash");
    }

    @Test
    void knowsOnlyResellersWhereTheProviderIsNotTheVendor() {
        assertThat(catalogue.prices().stream()
                        .filter(price -> !price.vendor())
                        .map(CataloguePrice::provider)
                        .distinct())
                .containsExactly("groq", "bedrock", "azure");
        assertThat(catalogue.prices().stream()
                        .filter(price -> price.vendor())
                        .filter(price -> price.provider().equals("bedrock")))
                .hasSize(4)
                .allSatisfy(price -> assertThat(price.model()).contains("amazon.nova"));
    }

    @Test
    void isTheSameEveryTimeItIsRead() {
        assertThat(Catalogue.read()).isEqualTo(catalogue);
    }

    @Test
    void hasEachKeyOnce() {
        Map<List<Object>, CataloguePrice> byKey = catalogue.prices().stream()
                .collect(toMap(
                        price -> Arrays.asList(price.provider(), price.model(), price.from()), Function.identity()));

        assertThat(byKey).hasSize(196);
    }

    @Nested
    class Joining {

        @Test
        void carriesABandAcrossAChangeOfPrice() {
            Catalogue joined = of(
                    "acme,m,yes,2026-01-01,,1,2,,,,s\nacme,m,yes,2026-03-01,,3,4,,,,s\n",
                    "acme,m,,2026-04-01,1000,>,5,6,,,,s\n",
                    "");

            assertThat(joined.prices())
                    .flatExtracting(CataloguePrice::bands)
                    .containsExactly(
                            new Band(1_000, false, null, null, rates("5", "6")),
                            new Band(1_000, false, null, instant("2026-04-01"), rates("5", "6")));
        }

        @Test
        void startsALaterBandAtItsDate() {
            Catalogue joined = of("acme,m,yes,,,1,2,,,,s\n", "acme,m,2026-02-01,,1000,>=,5,6,,,,s\n", "");

            assertThat(joined.prices())
                    .flatExtracting(CataloguePrice::bands)
                    .containsExactly(new Band(1_000, true, instant("2026-02-01"), null, rates("5", "6")));
        }

        @Test
        void closesABandWhereTheNextOfItsThresholdStarts() {
            Catalogue joined = of(
                    "acme,m,yes,,,1,2,,,,s\n",
                    "acme,m,,,1000,>,5,6,,,,s\nacme,m,2026-02-01,,1000,>,7,8,,,,s\nacme,m,,,2000,>,9,9,,,,s\n",
                    "");

            assertThat(joined.prices())
                    .flatExtracting(CataloguePrice::bands)
                    .containsExactly(
                            new Band(1_000, false, null, instant("2026-02-01"), rates("5", "6")),
                            new Band(1_000, false, instant("2026-02-01"), null, rates("7", "8")),
                            new Band(2_000, false, null, null, rates("9", "9")));
        }

        @Test
        void keepsABandBeforeTheStatedStartOfTheOldestPrice() {
            Catalogue joined = of("acme,m,yes,2026-03-01,,1,2,,,,s\n", "acme,m,,2026-02-01,1000,>,5,6,,,,s\n", "");

            assertThat(joined.prices())
                    .flatExtracting(CataloguePrice::bands)
                    .containsExactly(new Band(1_000, false, null, instant("2026-02-01"), rates("5", "6")));
        }
    }

    @Nested
    class Refusals {

        private static final String PRICE = "acme,m,yes,,,1,2,,,,s\n";

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "acme,m,yes,,,-1,2,,,,s                  | line 2: rates are never negative",
                    "acme,m,yes,,,1,,,,,s                    | line 2: an input and an output rate are required",
                    "acme,m,yes,,,1,x,,,,s                   | line 2: output_per_1m is not readable",
                    "acme,m,maybe,,,1,2,,,,s                 | line 2: vendor is yes or no",
                    "acme,,yes,,,1,2,,,,s                    | line 2: model is required",
                    "acme,m,yes,2026-02-30,,1,2,,,,s         | line 2: effective_from is not readable",
                    "acme,m,yes,2026-02-01,2026-02-01,1,2,,,,s | line 2: ends before it starts",
                    "acme,m,yes,,,1,2,,,,                    | line 2: source is required",
                    "acme,m,yes,,,1,2,,,s                    | line 2: has 10 cells, not 11",
                    "Azure_OpenAI,m,yes,,,1,2,,,,s           | line 2: the provider is written azure",
                })
        void nameAWrongPrice(String line, String mistake) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> of(line + "\n", "", ""))
                    .withMessageContaining("catalogue.csv, " + mistake);
        }

        @Test
        void nameAPriceGivenTwice() {
            refuses(PRICE + PRICE, "", "", "catalogue.csv, line 3: starts when line 2 does");
        }

        @Test
        void nameAPriceThatStartsBeforeAnotherEnds() {
            refuses(
                    "acme,m,yes,,2026-03-01,1,2,,,,s\nacme,m,yes,2026-02-28,,1,2,,,,s\n",
                    "",
                    "",
                    "catalogue.csv, line 3: starts before line 2 ends");
        }

        @Test
        void nameASecondVendor() {
            refuses(PRICE + "other,m,yes,,,1,2,,,,s\n", "", "", "catalogue.csv, line 3: acme is the vendor of m");
        }

        @Test
        void nameAVendorThatIsAlsoAReseller() {
            refuses(
                    PRICE + "acme,m,no,2026-01-01,,1,2,,,,s\n",
                    "",
                    "",
                    "catalogue.csv, line 3: the provider is either");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "acme,n,,,1000,>,5,6,,,,s  | line 2: acme has no price for n",
                    "acme,m,,,0,>,5,6,,,,s     | line 2: a threshold is positive",
                    "acme,m,,,many,>,5,6,,,,s  | line 2: threshold_prompt_tokens is not readable",
                    "acme,m,,,1000,=,5,6,,,,s  | line 2: compare is >= or >",
                    "acme,m,,,1000,>,5,-6,,,,s | line 2: rates are never negative",
                })
        void nameAWrongBand(String line, String mistake) {
            refuses(PRICE, line + "\n", "", "bands.csv, " + mistake);
        }

        @Test
        void nameABandThatNoPriceIsInForceFor() {
            refuses(
                    "acme,m,yes,,2026-01-01,1,2,,,,s\n",
                    "acme,m,2026-01-01,,1000,>,5,6,,,,s\n",
                    "",
                    "bands.csv, line 2: starts after the last price ended");
        }

        @Test
        void nameAnAliasOfNothing() {
            refuses(PRICE, "", "acme,m-latest,n,,s\n", "aliases.csv, line 2: acme has no price for n");
        }

        @Test
        void nameAnAliasGivenTwice() {
            refuses(PRICE, "", "acme,x,m,,s\nacme,x,m,,s\n", "aliases.csv, line 3: starts when line 2 does");
        }

        @Test
        void nameTheColumnsOfAFileWithOthers() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> CatalogueFile.ALIASES.lines(new StringReader("provider,alias\n")))
                    .withMessage("aliases.csv begins with the columns provider,alias,model,effective_from,source");
        }

        private static void refuses(String prices, String bands, String aliases, String mistake) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> of(prices, bands, aliases))
                    .withMessageContaining(mistake);
        }
    }

    private List<CataloguePrice> prices(String model) {
        return catalogue.prices().stream()
                .filter(price -> price.model().equals(model))
                .toList();
    }

    private static boolean isClaude(CataloguePrice price) {
        return price.model().contains("claude");
    }

    private static boolean isEarlyCachePrice(CataloguePrice price) {
        return price.model().startsWith("deepseek-v4") && instant("2026-04-24").equals(price.from());
    }

    private static Stream<Rates> everyRates(CataloguePrice price) {
        return Stream.concat(Stream.of(price.rates()), price.bands().stream().map(Band::rates));
    }

    private static BigDecimal sum(List<Rates> listed, Function<Rates, BigDecimal> rate) {
        return listed.stream().map(rate).filter(Objects::nonNull).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Catalogue of(String prices, String bands, String aliases) {
        String rates = "input_per_1m,output_per_1m,cache_read_per_1m,cache_write_5m_per_1m,cache_write_1h_per_1m";
        return Catalogue.of(
                CatalogueFile.PRICES.lines(new StringReader(
                        "provider,model,vendor,effective_from,effective_until," + rates + ",source\n" + prices)),
                CatalogueFile.BANDS.lines(new StringReader(
                        "provider,model,effective_from,effective_until,threshold_prompt_tokens,compare," + rates
                                + ",source\n" + bands)),
                CatalogueFile.ALIASES.lines(
                        new StringReader("provider,alias,model,effective_from,source\n" + aliases)));
    }
}
