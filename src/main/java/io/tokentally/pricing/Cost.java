package io.tokentally.pricing;

import io.tokentally.shared.Money;
import java.math.BigDecimal;

/**
 * What a call cost, in US dollars, exact. There is no cost object for an unpriced call.
 *
 * @param input the whole prompt, cache reads and writes included
 * @param output the whole completion, reasoning included
 */
public record Cost(BigDecimal input, BigDecimal output) {

    /** The cost of a call answered from the caller's own cache. */
    public static final Cost ZERO = new Cost(BigDecimal.ZERO, BigDecimal.ZERO);

    public Cost {
        input = Money.normal(input);
        output = Money.normal(output);
    }

    public BigDecimal total() {
        return Money.normal(input.add(output));
    }
}
