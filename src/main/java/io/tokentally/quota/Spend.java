package io.tokentally.quota;

import io.tokentally.shared.Money;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An amount of use: of a month, of holds, or of what is left. In what is left, null means unlimited.
 *
 * @param tokens prompt and completion together
 * @param cost USD
 */
public record Spend(
        @Schema(nullable = true) Long tokens,
        @Schema(nullable = true) BigDecimal cost,
        @Schema(nullable = true) Long calls) {

    public static final Spend NOTHING = new Spend(0L, BigDecimal.ZERO, 0L);

    public Spend {
        cost = Money.normal(cost);
    }

    public Spend plus(Spend other) {
        return new Spend(tokens + other.tokens, cost.add(other.cost), calls + other.calls);
    }

    public Spend negated() {
        return new Spend(-tokens, cost.negate(), -calls);
    }
}
