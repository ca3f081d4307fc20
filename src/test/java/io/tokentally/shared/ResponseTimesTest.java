package io.tokentally.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ResponseTimesTest {

    private static final BigDecimal LARGEST_ERROR = new BigDecimal(ResponseTimes.LARGEST_ERROR);

    @Property(tries = 300)
    void givesPercentilesAsGoodAsItSays(@ForAll("milliseconds") List<Long> calls) {
        ResponseTimes counted = count(calls);

        for (int percent : List.of(1, 50, 95, 99, 100)) {
            long exact = calls.stream()
                    .sorted()
                    .skip(Math.ceilDiv(calls.size() * percent, 100) - 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(BigDecimal.valueOf(Math.abs(counted.percentile(percent) - exact)))
                    .isLessThanOrEqualTo(LARGEST_ERROR.multiply(BigDecimal.valueOf(exact)));
        }
    }

    @Property(tries = 300)
    void addsUpInAnyParts(@ForAll("milliseconds") List<Long> some, @ForAll("milliseconds") List<Long> others) {
        ResponseTimes together =
                count(Stream.concat(some.stream(), others.stream()).toList());

        assertThat(count(some).plus(count(others))).hasToString(together.toString());
        assertThat(together.plus(count(some).negated()))
                .hasToString(count(others).toString());
        assertThat(ResponseTimes.fromSql(together.toSql())).hasToString(together.toString());
    }

    @Test
    void isNothingWithoutCalls() {
        assertThat(ResponseTimes.NONE.percentile(50)).isNull();
        assertThat(ResponseTimes.NONE.toSql()).isNull();
        assertThat(ResponseTimes.of(7, 1).plus(ResponseTimes.of(7, -1)).toSql()).isNull();
        assertThat(ResponseTimes.fromSql(null)).isSameAs(ResponseTimes.NONE);
    }

    @Test
    void readsWhatPostgresqlWritesWithoutBounds() {
        assertThat(ResponseTimes.fromSql("{2,1}").percentile(99)).isEqualTo(1);
    }

    private static ResponseTimes count(List<Long> calls) {
        return calls.stream().map(time -> ResponseTimes.of(time, 1)).reduce(ResponseTimes.NONE, ResponseTimes::plus);
    }

    @Provide
    Arbitrary<List<Long>> milliseconds() {
        return Arbitraries.longs().between(0, 1_000_000_000).list().ofMinSize(1).ofMaxSize(60);
    }
}
