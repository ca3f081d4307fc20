package io.tokentally.pricing;

import static io.tokentally.pricing.SomePrices.instant;
import static io.tokentally.pricing.SomePrices.justBefore;
import static io.tokentally.pricing.SomePrices.rates;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Price changes that really happened, or are announced, as the catalogue has them. */
class DatedChangesTest {

    private final PriceBook catalogue = SomePrices.catalogueBook();

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource({
        "o3,                2025-06-10,           10/40,      2/8",
        "deepseek-chat,     2025-02-08,           0.14/0.28,  0.27/1.1",
        "deepseek-chat,     2025-09-05,           0.27/1.1,   0.56/1.68",
        "deepseek-chat,     2025-09-29,           0.56/1.68,  0.28/0.42",
        "deepseek-chat,     2026-04-24,           0.28/0.42,  0.14/0.28",
        "deepseek-reasoner, 2025-09-29,           0.55/2.19,  0.28/0.42",
        "deepseek-v4-pro,   2026-08-16T16:00:00Z, 0.435/0.87, 0.66/1.98",
        "deepseek-v4-flash, 2026-08-16T16:00:00Z, 0.14/0.28,  0.22/0.66",
        "gpt-5.6-terra,     2026-07-30,           2.5/15,     2/12",
        "gpt-5.6-luna,      2026-07-30,           1/6,        0.2/1.2",
        "gpt-5.6-sol,       2026-08-21,           5/30,       4/20",
        "gpt-5.6,           2026-08-21,           5/30,       4/20",
        "gemini-3.6-flash,  2027-01-01,           0.75/3.75,  1.5/7.5",
        "gemini-3.7-flash,  2027-01-01,           0.75/3.75,  1.5/7.5",
        "gemini-3.8-flash,  2027-01-01,           0.75/3.75,  1.5/7.5",
        "mistral-medium-latest, 2026-05-22,       0.4/2,      1.5/7.5",
    })
    void areTakenAtTheirInstant(String model, String at, String before, String after) {
        assertThat(inputAndOutput(model, justBefore(at))).isEqualTo(before);
        assertThat(inputAndOutput(model, instant(at))).isEqualTo(after);
        assertThat(inputAndOutput(model, instant(at).plus(Duration.ofHours(1)))).isEqualTo(after);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource({
        "claude-sonnet-5-5, 2026-10-07,           0.2,     0.1",
        "deepseek-v4-pro,   2026-04-26T12:15:00Z, 0.03625, 0.003625",
        "deepseek-v4-pro,   2026-08-16T16:00:00Z, 0.003625, 0.022",
        "deepseek-v4-flash, 2026-04-26T12:15:00Z, 0.028,   0.0028",
        "deepseek-v4-flash, 2026-08-16T16:00:00Z, 0.0028,  0.007",
        "deepseek-chat,     2026-04-26T12:15:00Z, 0.028,   0.0028",
        "gpt-5.6-sol,       2026-08-21,           0.5,     0.4",
    })
    void ofTheCacheReadRateAreTakenAtTheirInstant(String model, String at, BigDecimal before, BigDecimal after) {
        assertThat(ratesAt(model, justBefore(at)).cacheRead()).isEqualTo(before);
        assertThat(ratesAt(model, instant(at)).cacheRead()).isEqualTo(after);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource({
        "claude-opus-4-6,   2026-03-13, 10/37.5, 5/25",
        "claude-sonnet-4-6, 2026-03-13, 6/22.5,  3/15",
        "gpt-5.6-sol,       2026-08-21, 10/45,   8/30",
        "gpt-5.6-terra,     2026-07-30, 5/22.5,  4/18",
        "gpt-5.6-luna,      2026-07-30, 2/9,     0.4/1.8",
    })
    void ofTheLongContextRatesAreTakenAtTheirInstant(String model, String at, String before, String after) {
        assertThat(longContext(model, justBefore(at))).isEqualTo(before);
        assertThat(longContext(model, instant(at))).isEqualTo(after);
    }

    @Test
    void keepTheLongContextSurchargeForEveryEarlierInstant() {
        assertThat(longContext("claude-opus-4-6", instant("0001-01-01"))).isEqualTo("10/37.5");
        assertThat(longContext("claude-sonnet-4-5", instant("0001-01-01"))).isEqualTo("6/22.5");
        assertThat(longContext("gpt-5.6-sol", instant("0001-01-01"))).isEqualTo("10/45");
    }

    @Test
    void doNotTouchTheFirstExampleOfArithmetic() {
        Cost cost = cost("gpt-4.1", new TokenCounts(1_000, 200, 600, 0, 0, 64));

        assertThat(cost.total()).isEqualTo("0.0027");
    }

    @Test
    void doNotTouchTheSecondExampleOfArithmetic() {
        Cost cost = cost("claude-sonnet-4-5", new TokenCounts(400 + 600 + 100 + 50, 200, 600, 100, 50, 0));

        assertThat(cost.total()).isEqualTo("0.005055");
    }

    @Test
    void leaveASingleCachedTokenExact() {
        Instant at = instant("2026-06-01");
        Price price = catalogue.priceAt("deepseek", "deepseek-v4-pro", at).orElseThrow();

        Cost cost = Rating.rate(price, new TokenCounts(1, 0, 1, 0, 0, 0), at);

        assertThat(cost.total().toPlainString()).isEqualTo("0.000000003625");
    }

    @Test
    void priceARealExampleAtItsVendor() {
        Cost cost = cost("gpt-4o-mini", TokenCounts.of(22_361_870, 4_088_665));

        assertThat(cost.total()).isEqualTo("5.8074795");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-4-5, 200000, 3/15,     6/22.5",
        "gpt-5.5,           272000, 5/30,     10/45",
        "claude-haiku-5-5,  100000, 0.1/0.5,  0.5/2.5",
        "gemini-2.5-pro,    200000, 1.25/10,  2.5/15",
    })
    void switchToLongContextAboveTheThreshold(String model, long threshold, String plain, String dearer) {
        assertThat(inputAndOutput(model, threshold)).isEqualTo(plain);
        assertThat(inputAndOutput(model, threshold + 1)).isEqualTo(dearer);
    }

    @ParameterizedTest
    @CsvSource({
        "grok-4-fast-reasoning, 128000, 0.2/0.5,  0.4/1",
        "grok-4.5,              200000, 2/6,      4/12",
    })
    void switchToLongContextAtTheThresholdOfXai(String model, long threshold, String plain, String dearer) {
        assertThat(inputAndOutput(model, threshold - 1)).isEqualTo(plain);
        assertThat(inputAndOutput(model, threshold)).isEqualTo(dearer);
    }

    @Test
    void billCachedTokensOfABandWithoutACacheRateAsItsInput() {
        Instant now = instant("2026-11-21");
        Price price = catalogue.priceAt("xai", "grok-4-fast-reasoning", now).orElseThrow();

        assertThat(price.ratesFor(TokenCounts.of(128_000, 0), now)).isEqualTo(rates("0.4", "1"));
        assertThat(price.ratesFor(TokenCounts.of(128_000, 0), now).billedCacheRead())
                .isEqualTo("0.4");
    }

    private Cost cost(String model, TokenCounts tokens) {
        Instant now = instant("2026-11-21");
        return Rating.rate(catalogue.priceAt(null, model, now).orElseThrow(), tokens, now);
    }

    private String inputAndOutput(String model, Instant at) {
        return shown(ratesAt(model, at));
    }

    private String inputAndOutput(String model, long promptTokens) {
        Instant now = instant("2026-11-21");
        return shown(ratesAt(model, TokenCounts.of(promptTokens, 1), now));
    }

    private String longContext(String model, Instant at) {
        return shown(ratesAt(model, TokenCounts.of(300_000, 1), at));
    }

    private Rates ratesAt(String model, Instant at) {
        return ratesAt(model, TokenCounts.of(1, 1), at);
    }

    private Rates ratesAt(String model, TokenCounts tokens, Instant at) {
        return catalogue.priceAt(null, model, at).orElseThrow().ratesFor(tokens, at);
    }

    private static String shown(Rates rates) {
        return rates.input().toPlainString() + "/" + rates.output().toPlainString();
    }
}
