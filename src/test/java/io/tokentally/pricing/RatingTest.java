package io.tokentally.pricing;

import static io.tokentally.pricing.SomePrices.instant;
import static io.tokentally.pricing.SomePrices.rates;
import static io.tokentally.pricing.SomePrices.withBands;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RatingTest {

    private static final Instant NOW = instant("2026-11-21");

    @Test
    void billsCachedTokensOnceAtTheirOwnRate() {
        Cost cost = cost(rates("2", "8", "0.5", null, null), new TokenCounts(1_000, 200, 600, 0, 0, 0));

        assertThat(cost).isEqualTo(new Cost(new BigDecimal("0.0011"), new BigDecimal("0.0016")));
        assertThat(cost.total()).isEqualTo("0.0027");
    }

    @Test
    void billsBothKindsOfCacheWriteAtTheirOwnRates() {
        Cost cost = cost(rates("3", "15", "0.3", "3.75", "6"), new TokenCounts(1_150, 200, 600, 100, 50, 0));

        assertThat(cost).isEqualTo(new Cost(new BigDecimal("0.002055"), new BigDecimal("0.003")));
        assertThat(cost.total()).isEqualTo("0.005055");
    }

    @Test
    void billsCacheReadsWithoutARateAsInput() {
        Cost cost = cost(rates("3", "15", null, "3.75", "6"), new TokenCounts(1_000_000, 0, 1_000_000, 0, 0, 0));

        assertThat(cost.input()).isEqualTo("3");
    }

    @Test
    void billsCacheWritesWithoutARateAsInput() {
        Cost cost = cost(rates("3", "15"), new TokenCounts(2_000_000, 0, 0, 1_000_000, 1_000_000, 0));

        assertThat(cost.input()).isEqualTo("6");
    }

    @Test
    void billsOneHourCacheWritesWithoutARateAsOtherCacheWrites() {
        Cost cost = cost(rates("4", "20", "0.4", "5", null), new TokenCounts(1_000_000, 0, 0, 0, 1_000_000, 0));

        assertThat(cost.input()).isEqualTo("5");
    }

    @Test
    void keepsAStatedRateOfZero() {
        Cost cost = cost(rates("3", "15", "0", null, null), new TokenCounts(1_000_000, 0, 1_000_000, 0, 0, 0));

        assertThat(cost.input()).isEqualTo("0");
    }

    @Test
    void doesNotBillReasoningASecondTime() {
        Cost cost = cost(rates("3", "15"), new TokenCounts(0, 1_000_000, 0, 0, 0, 900_000));

        assertThat(cost.total()).isEqualTo("15");
    }

    @Test
    void isExactForASingleToken() {
        Cost cost = cost(rates("0.435", "0.87", "0.003625", null, null), new TokenCounts(1, 0, 1, 0, 0, 0));

        assertThat(cost.total().toPlainString()).isEqualTo("0.000000003625");
    }

    @Test
    void costsNothingWithoutTokens() {
        assertThat(cost(rates("3", "15"), TokenCounts.NONE)).isEqualTo(Cost.ZERO);
    }

    @Test
    void refusesANegativeRate() {
        assertThatIllegalArgumentException().isThrownBy(() -> rates("3", "15", "-0.1", null, null));
    }

    @Nested
    class LongPrompts {

        private final Rates plain = rates("2", "8", "0.5", null, null);
        private final Rates dearer = rates("4", "12", "1", null, null);
        private final Rates dearest = rates("8", "16", "2", null, null);

        @Test
        void stayPlainAtExactlyAThresholdThatMustBePassed() {
            Price price = withBands(plain, new Band(200_000, false, null, null, dearer));

            assertThat(price.ratesFor(TokenCounts.of(200_000, 1), NOW)).isEqualTo(plain);
            assertThat(price.ratesFor(TokenCounts.of(200_001, 1), NOW)).isEqualTo(dearer);
        }

        @Test
        void switchAtExactlyAThresholdThatMustBeReached() {
            Price price = withBands(plain, new Band(200_000, true, null, null, dearer));

            assertThat(price.ratesFor(TokenCounts.of(199_999, 1), NOW)).isEqualTo(plain);
            assertThat(price.ratesFor(TokenCounts.of(200_000, 1), NOW)).isEqualTo(dearer);
        }

        @Test
        void switchTheWholeRequest() {
            Price price = withBands(plain, new Band(200_000, false, null, null, dearer));

            Cost cost = Rating.rate(price, new TokenCounts(1_000_000, 1_000_000, 400_000, 0, 0, 0), NOW);

            assertThat(cost.input()).isEqualTo("2.8");
            assertThat(cost.output()).isEqualTo("12");
        }

        @Test
        void countTheirCachedParts() {
            Price price = withBands(plain, new Band(200_000, false, null, null, dearer));

            assertThat(price.ratesFor(new TokenCounts(200_001, 0, 100_000, 50_000, 50_001, 0), NOW))
                    .isEqualTo(dearer);
        }

        @Test
        void doNotCountTheCompletion() {
            Price price = withBands(plain, new Band(200_000, false, null, null, dearer));

            assertThat(price.ratesFor(TokenCounts.of(1, 900_000), NOW)).isEqualTo(plain);
        }

        @Test
        void takeTheHighestBandTheyReach() {
            Price price = withBands(
                    plain, new Band(128_000, false, null, null, dearer), new Band(256_000, false, null, null, dearest));

            assertThat(price.ratesFor(TokenCounts.of(256_000, 0), NOW)).isEqualTo(dearer);
            assertThat(price.ratesFor(TokenCounts.of(256_001, 0), NOW)).isEqualTo(dearest);
        }

        @Test
        void areDearerOnlyWhileTheBandIsInForce() {
            Price price = withBands(plain, new Band(1, true, instant("2026-01-01"), instant("2026-03-13"), dearer));
            TokenCounts tokens = TokenCounts.of(1, 0);

            assertThat(price.ratesFor(tokens, SomePrices.justBefore("2026-01-01")))
                    .isEqualTo(plain);
            assertThat(price.ratesFor(tokens, instant("2026-01-01"))).isEqualTo(dearer);
            assertThat(price.ratesFor(tokens, SomePrices.justBefore("2026-03-13")))
                    .isEqualTo(dearer);
            assertThat(price.ratesFor(tokens, instant("2026-03-13"))).isEqualTo(plain);
        }

        @Test
        void fallToALowerBandWhenTheHigherOneHasEnded() {
            Price price = withBands(
                    plain,
                    new Band(128_000, false, null, null, dearer),
                    new Band(256_000, false, null, instant("2026-03-13"), dearest));

            assertThat(price.ratesFor(TokenCounts.of(300_000, 0), NOW)).isEqualTo(dearer);
        }
    }

    private static Cost cost(Rates rates, TokenCounts tokens) {
        return Rating.rate(withBands(rates), tokens, NOW);
    }
}
