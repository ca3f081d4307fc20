package io.tokentally.pricing;

import static io.tokentally.pricing.SomePrices.instant;
import static io.tokentally.pricing.SomePrices.justBefore;
import static io.tokentally.pricing.SomePrices.price;
import static io.tokentally.pricing.SomePrices.rates;
import static io.tokentally.pricing.SomePrices.reselling;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceBookTest {

    private static final Instant NOW = instant("2026-11-21");

    private final PriceBook catalogue = SomePrices.catalogueBook();

    @Nested
    class Names {

        @ParameterizedTest
        @CsvSource({
            "claude-fable-5-2,       8,      40",
            "claude-fable-5,         10,     50",
            "gemini-1.5-flash-8b,    0.0375, 0.15",
            "gemini-1.5-flash,       0.075,  0.3",
            "gpt-4o-2024-05-13,      5,      15",
            "gpt-4o,                 2.5,    10",
            "mistral-medium-2604,    1.5,    7.5",
        })
        void areFoundExactlyThoughAnotherBeginsTheSame(String model, BigDecimal input, BigDecimal output) {
            Price price = catalogue.priceAt(null, model, NOW).orElseThrow();

            assertThat(price.model()).isEqualTo(model);
            assertThat(price.rates().input()).isEqualTo(input);
            assertThat(price.rates().output()).isEqualTo(output);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "gpt-4o-mini-tts",
                    "claude-fable-5-9",
                    "gpt-4o-audio",
                    "gpt-4o-20",
                    "gemini-1.5-flash-002",
                    "mistral-medium-3",
                    "GPT-4o",
                    "openai/gpt-4o",
                    "gpt-4o ",
                    "no-such-model",
                    "-2024-05-13",
                    "",
                })
        void areNeverGuessed(String model) {
            assertThat(catalogue.priceAt(null, model, NOW)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "gpt-4o-2027-01-31,          gpt-4o",
            "gpt-4o-20270131,            gpt-4o",
            "gpt-4o-2024-02-29,          gpt-4o",
            "gpt-4.1-2025-04-14,         gpt-4.1",
            "claude-opus-4-8-20260601,   claude-opus-4-8",
            "claude-sonnet-4-5-20991231, claude-sonnet-4-5-20250929",
        })
        void loseOnlyATrailingDate(String model, String found) {
            assertThat(modelOf(catalogue.priceAt(null, model, NOW))).isEqualTo(found);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "gpt-4o-2024-02-30",
                    "gpt-4o-2023-02-29",
                    "gpt-4o-2024-13-01",
                    "gpt-4o-2024-00-10",
                    "gpt-4o-20241301",
                    "gpt-4o-2024-0513",
                    "gpt-4o-202405-13",
                    "gpt-4o-0513",
                    "gpt-4o-2024-05",
                    "gpt-4o-20240513-preview",
                    "gpt-4o20240513",
                    "gpt-4o-2027-01-31-2027-01-31",
                    "gpt-4o-2027-01-31-v1",
                })
        void keepEverythingThatIsNoTrailingDate(String model) {
            assertThat(catalogue.priceAt(null, model, NOW)).isEmpty();
        }

        @Test
        void areLookedUpWithTheirDateFirst() {
            PriceBook book = PriceBook.of(
                    List.of(price("acme", "m", null, null), price("acme", "m-2026-01-01", null, null)), List.of());

            assertThat(modelOf(book.priceAt("acme", "m-2026-01-01", NOW))).isEqualTo("m-2026-01-01");
        }

        @Test
        void loseTheirDateWhenTheDatedPriceHasEnded() {
            PriceBook book = PriceBook.of(
                    List.of(price("acme", "m", null, null), price("acme", "m-2026-01-01", null, "2026-06-01")),
                    List.of());

            assertThat(modelOf(book.priceAt("acme", "m-2026-01-01", NOW))).isEqualTo("m");
        }
    }

    @Nested
    class Aliases {

        @ParameterizedTest
        @CsvSource({
            "gpt-5.6,                  gpt-5.6-sol",
            "mistral-medium-3.5,       mistral-medium-2604",
            "claude-3-haiku,           claude-3-haiku-20240307",
            "claude-3-sonnet,          claude-3-sonnet-20240229",
            "claude-3-opus,            claude-3-opus-20240229",
            "claude-3-opus-latest,     claude-3-opus-20240229",
            "claude-3-5-haiku,         claude-3-5-haiku-20241022",
            "claude-3-5-haiku-latest,  claude-3-5-haiku-20241022",
            "claude-3-7-sonnet,        claude-3-7-sonnet-20250219",
            "claude-3-7-sonnet-latest, claude-3-7-sonnet-20250219",
            "claude-sonnet-4,          claude-sonnet-4-20250514",
            "claude-sonnet-4-0,        claude-sonnet-4-20250514",
            "claude-opus-4,            claude-opus-4-20250514",
            "claude-opus-4-0,          claude-opus-4-20250514",
            "claude-opus-4-1,          claude-opus-4-1-20250805",
            "claude-sonnet-4-5,        claude-sonnet-4-5-20250929",
            "claude-haiku-4-5,         claude-haiku-4-5-20251001",
            "claude-opus-4-5,          claude-opus-4-5-20251101",
            "claude-opus-4-6,          claude-opus-4-6-20260205",
            "claude-opus-4-7,          claude-opus-4-7-20260416",
        })
        void leadToTheirModel(String alias, String model) {
            assertThat(modelOf(catalogue.priceAt(null, alias, NOW))).isEqualTo(model);
            assertThat(modelOf(catalogue.priceAt(null, alias, instant("0001-01-01"))))
                    .isEqualTo(model);
        }

        @ParameterizedTest
        @CsvSource({
            "mistral-medium-latest,    2026-05-22, mistral-medium-2508,        mistral-medium-2604",
            "claude-3-5-sonnet,        2024-10-22, claude-3-5-sonnet-20240620, claude-3-5-sonnet-20241022",
            "claude-3-5-sonnet-latest, 2024-10-22, claude-3-5-sonnet-20240620, claude-3-5-sonnet-20241022",
            "deepseek-chat,            2026-04-24, deepseek-chat,              deepseek-v4-flash",
        })
        void moveAtTheirDate(String alias, String date, String before, String after) {
            assertThat(modelOf(catalogue.priceAt(null, alias, instant("0001-01-01"))))
                    .isEqualTo(before);
            assertThat(modelOf(catalogue.priceAt(null, alias, justBefore(date))))
                    .isEqualTo(before);
            assertThat(modelOf(catalogue.priceAt(null, alias, instant(date)))).isEqualTo(after);
            assertThat(modelOf(catalogue.priceAt(null, alias, NOW))).isEqualTo(after);
        }

        @Test
        void neverReachBack() {
            PriceBook book = PriceBook.of(
                    List.of(price("acme", "m", null, null)),
                    List.of(new Alias("acme", "m-latest", "m", instant("2026-01-01"))));

            assertThat(book.priceAt("acme", "m-latest", justBefore("2026-01-01")))
                    .isEmpty();
            assertThat(book.priceAt("acme", "m-latest", instant("2026-01-01"))).isPresent();
        }

        @Test
        void leadToTheTenantsPriceOfTheirModel() {
            PriceBook book = catalogue.withOverrides(
                    List.of(price("anthropic", "claude-sonnet-4-5-20250929", true, "2026-01-01", null, "0.7")));

            assertThat(book.priceAt(null, "claude-sonnet-4-5", NOW)
                            .orElseThrow()
                            .rates())
                    .isEqualTo(rates("0.7", "2"));
        }

        @Test
        void stepBackWhenTheTenantHasAPriceOfThatName() {
            PriceBook book = catalogue.withOverrides(
                    List.of(price("anthropic", "claude-sonnet-4-5", true, "2026-01-01", null, "0.7")));

            assertThat(modelOf(book.priceAt(null, "claude-sonnet-4-5", justBefore("2026-01-01"))))
                    .isEqualTo("claude-sonnet-4-5-20250929");
            assertThat(modelOf(book.priceAt(null, "claude-sonnet-4-5", instant("2026-01-01"))))
                    .isEqualTo("claude-sonnet-4-5");
        }

        @Test
        void holdForTheirOwnProviderOnly() {
            assertThat(catalogue.priceAt("azure", "gpt-5.6", NOW)).isEmpty();
        }

        @Test
        void ofAResellerAreNotFollowedWithoutAProvider() {
            PriceBook book =
                    PriceBook.of(List.of(reselling("azure", "m")), List.of(new Alias("azure", "m-latest", "m", null)));

            assertThat(book.priceAt(null, "m-latest", NOW)).isEmpty();
            assertThat(book.priceAt("azure", "m-latest", NOW)).isPresent();
        }
    }

    @Nested
    class Sellers {

        @Test
        void areTheVendorWhenNoneIsGiven() {
            Price price = catalogue.priceAt(null, "gpt-4o-mini", NOW).orElseThrow();

            assertThat(price.provider()).isEqualTo("openai");
            assertThat(price.rates().input()).isEqualTo("0.15");
        }

        @ParameterizedTest
        @ValueSource(strings = {"azure", "Azure_OpenAI", "azure.ai.openai"})
        void areTheGivenOneInAnySpelling(String provider) {
            Price price = catalogue.priceAt(provider, "gpt-4o-mini", NOW).orElseThrow();

            assertThat(price.provider()).isEqualTo("azure");
            assertThat(price.rates().input()).isEqualTo("0.165");
        }

        @ParameterizedTest
        @CsvSource({
            "azure,     claude-fable-5",
            "openai,    claude-fable-5",
            "anthropic, gpt-4o",
            "nobody,    gpt-4o",
            "azure,     gpt-4o-mini-tts",
        })
        void sellOnlyWhatTheyList(String provider, String model) {
            assertThat(catalogue.priceAt(provider, model, NOW)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "llama-3.3-70b-versatile",
                    "us/gpt-5-2025-08-07",
                    "global.anthropic.claude-opus-4-6-v1",
                    "us.meta.llama3-3-70b-instruct-v1:0",
                })
        void areNeverAResellerWhenNoneIsGiven(String model) {
            assertThat(catalogue.priceAt(null, model, NOW)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "amazon.nova-micro-v1:0",
                    "amazon.nova-lite-v1:0",
                    "amazon.nova-pro-v1:0",
                    "us.amazon.nova-premier-v1:0",
                })
        void areBedrockForAmazonsOwnModels(String model) {
            assertThat(catalogue.priceAt(null, model, NOW).orElseThrow().provider())
                    .isEqualTo("bedrock");
        }

        @Test
        void areNotGuessedAmongTwoVendors() {
            PriceBook book = PriceBook.of(
                    List.of(
                            price("acme", "m-2026-01-01", null, null),
                            price("other", "m-2026-01-01", null, null),
                            price("acme", "m", null, null)),
                    List.of());

            assertThat(book.priceAt(null, "m-2026-01-01", NOW)).isEmpty();
            assertThat(book.priceAt("other", "m-2026-01-01", NOW)).isPresent();
        }

        @Test
        void areTheOneOfTwoVendorsThatTheTenantHasAPriceFor() {
            PriceBook book = PriceBook.of(
                            List.of(price("acme", "m", null, null), price("other", "m", null, null)), List.of())
                    .withOverrides(List.of(price("other", "m", true, null, null, "0.7")));

            assertThat(book.priceAt(null, "m", NOW).orElseThrow().rates().input())
                    .isEqualTo("0.7");
        }
    }

    @Nested
    class TheCatalogue {

        @ParameterizedTest
        @CsvSource({
            "o3,                         10",
            "gpt-4o-2024-05-13,          5",
            "gpt-4o,                     2.5",
            "claude-sonnet-5-5,          2",
            "deepseek-v4-pro,            0.435",
            "gemini-3.8-flash,           0.75",
        })
        void reachesBackToYearOne(String model, BigDecimal input) {
            Price price = catalogue.priceAt(null, model, instant("0001-01-01")).orElseThrow();

            assertThat(price.rates().input()).isEqualTo(input);
        }

        @Test
        void doesNotReachPastAStatedEnd() {
            PriceBook book = PriceBook.of(List.of(price("acme", "m", "2026-01-01", "2026-06-01")), List.of());

            assertThat(book.priceAt("acme", "m", justBefore("2026-06-01"))).isPresent();
            assertThat(book.priceAt("acme", "m", instant("2026-06-01"))).isEmpty();
        }

        @Test
        void leavesAGapUnpriced() {
            PriceBook book = PriceBook.of(
                    List.of(price("acme", "m", null, "2026-01-01"), price("acme", "m", "2026-06-01", null)), List.of());

            assertThat(book.priceAt("acme", "m", instant("2026-03-01"))).isEmpty();
        }
    }

    @Nested
    class Overrides {

        @Test
        void startExactlyAtTheirDateAndEndBeforeTheirEnd() {
            PriceBook book = catalogue.withOverrides(
                    List.of(price("openai", "gpt-4o", true, "2026-02-01", "2026-03-01", "0.7")));

            assertThat(inputRate(book, justBefore("2026-02-01"))).isEqualTo("2.5");
            assertThat(inputRate(book, instant("2026-02-01"))).isEqualTo("0.7");
            assertThat(inputRate(book, justBefore("2026-03-01"))).isEqualTo("0.7");
            assertThat(inputRate(book, instant("2026-03-01"))).isEqualTo("2.5");
        }

        @Test
        void doNotReachBackForAModelOnlyTheTenantKnows() {
            PriceBook book = catalogue.withOverrides(List.of(price("acme", "own", "2026-02-01", null)));

            assertThat(book.priceAt(null, "own", justBefore("2026-02-01"))).isEmpty();
            assertThat(book.priceAt(null, "own", instant("2026-02-01"))).isPresent();
        }

        @Test
        void replaceTheWholePriceWithItsBands() {
            PriceBook book = catalogue.withOverrides(
                    List.of(price("anthropic", "claude-sonnet-4-5-20250929", true, null, null, "0.7")));
            TokenCounts longPromptFromCache = new TokenCounts(1_000_000, 0, 1_000_000, 0, 0, 0);

            Price price = book.priceAt(null, "claude-sonnet-4-5", NOW).orElseThrow();

            assertThat(Rating.rate(price, longPromptFromCache, NOW).input()).isEqualTo("0.7");
        }

        @Test
        void ofAResellerCountOnlyWhenItIsGiven() {
            PriceBook book =
                    catalogue.withOverrides(List.of(price("azure_openai", "gpt-4o", false, null, null, "0.7")));

            assertThat(inputRate(book, NOW)).isEqualTo("2.5");
            assertThat(book.priceAt("azure", "gpt-4o", NOW)
                            .orElseThrow()
                            .rates()
                            .input())
                    .isEqualTo("0.7");
        }

        @Test
        void giveWayToTheOneThatStartedLast() {
            PriceBook book = catalogue.withOverrides(List.of(
                    price("openai", "gpt-4o", true, "2026-02-01", "2026-03-01", "0.7"),
                    price("openai", "gpt-4o", true, "2026-01-01", null, "0.9")));

            assertThat(inputRate(book, instant("2026-02-01"))).isEqualTo("0.7");
            assertThat(inputRate(book, instant("2026-03-01"))).isEqualTo("0.9");
        }

        @Test
        void leaveTheBookTheyAreAddedToAsItWas() {
            catalogue.withOverrides(List.of(price("openai", "gpt-4o", true, null, null, "0.7")));

            assertThat(inputRate(catalogue, NOW)).isEqualTo("2.5");
        }

        private BigDecimal inputRate(PriceBook book, Instant at) {
            return book.priceAt(null, "gpt-4o", at).orElseThrow().rates().input();
        }
    }

    private static String modelOf(Optional<Price> price) {
        return price.map(Price::model).orElse("unpriced");
    }
}
