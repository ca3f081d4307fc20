package io.tokentally.pricing;

import static io.tokentally.pricing.SomePrices.instant;
import static io.tokentally.pricing.SomePrices.withBands;
import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.Money;
import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RatingPropertyTest {

    private static final Instant NOW = instant("2026-11-21");

    /** Decimals of a rate plus the six of a million. */
    private static final int COST_DECIMALS = 9 + 6;

    @Property
    void costIsAdditive(
            @ForAll("rates") Rates rates, @ForAll("calls") TokenCounts one, @ForAll("calls") TokenCounts other) {
        Price price = withBands(rates);

        Cost together = Rating.rate(price, sum(one, other), NOW);

        Cost first = Rating.rate(price, one, NOW);
        Cost second = Rating.rate(price, other, NOW);
        assertThat(together.input()).isEqualByComparingTo(first.input().add(second.input()));
        assertThat(together.output()).isEqualByComparingTo(first.output().add(second.output()));
        assertThat(together.total()).isEqualByComparingTo(first.total().add(second.total()));
    }

    @Property
    void costIsNeverNegative(@ForAll("rates") Rates rates, @ForAll("calls") TokenCounts tokens) {
        Cost cost = Rating.rate(withBands(rates), tokens, NOW);

        assertThat(cost.input()).isNotNegative();
        assertThat(cost.output()).isNotNegative();
        assertThat(cost.total()).isEqualByComparingTo(cost.input().add(cost.output()));
    }

    /** The whole prompt at the input rate, corrected by what each cached part costs more or less: in whole numbers. */
    @Property
    void costEqualsTheSumInWholeNumbers(@ForAll("rates") Rates rates, @ForAll("calls") TokenCounts tokens) {
        BigInteger input = whole(rates.input());
        BigInteger write5m = rates.cacheWrite5m() == null ? input : whole(rates.cacheWrite5m());
        BigInteger write1h = rates.cacheWrite1h() == null ? write5m : whole(rates.cacheWrite1h());
        BigInteger read = rates.cacheRead() == null ? input : whole(rates.cacheRead());
        BigInteger expected = input.multiply(BigInteger.valueOf(tokens.prompt()))
                .subtract(input.subtract(read).multiply(BigInteger.valueOf(tokens.cacheRead())))
                .subtract(input.subtract(write5m).multiply(BigInteger.valueOf(tokens.cacheWrite5m())))
                .subtract(input.subtract(write1h).multiply(BigInteger.valueOf(tokens.cacheWrite1h())));

        Cost cost = Rating.rate(withBands(rates), tokens, NOW);

        assertThat(cost.input()).isEqualTo(Money.normal(new BigDecimal(expected, COST_DECIMALS)));
        assertThat(cost.output())
                .isEqualTo(Money.normal(new BigDecimal(
                        whole(rates.output()).multiply(BigInteger.valueOf(tokens.completion())), COST_DECIMALS)));
    }

    @Provide
    Arbitrary<Rates> rates() {
        Arbitrary<BigDecimal> stated = Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, BigDecimal.valueOf(600))
                .ofScale(9);
        Arbitrary<BigDecimal> perhaps = stated.injectNull(0.3);
        return Combinators.combine(stated, stated, perhaps, perhaps, perhaps).as(Rates::new);
    }

    @Provide
    Arbitrary<TokenCounts> calls() {
        Arbitrary<Long> part = Arbitraries.longs().between(0, 50_000_000);
        return Combinators.combine(part, part, part, part, part)
                .as((uncached, read, write5m, write1h, completion) -> new TokenCounts(
                        uncached + read + write5m + write1h, completion, read, write5m, write1h, completion / 2));
    }

    private static TokenCounts sum(TokenCounts one, TokenCounts other) {
        return new TokenCounts(
                one.prompt() + other.prompt(),
                one.completion() + other.completion(),
                one.cacheRead() + other.cacheRead(),
                one.cacheWrite5m() + other.cacheWrite5m(),
                one.cacheWrite1h() + other.cacheWrite1h(),
                one.reasoning() + other.reasoning());
    }

    private static BigInteger whole(BigDecimal rate) {
        return rate.movePointRight(9).toBigIntegerExact();
    }
}
