package io.tokentally.boot.demo;

import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Chance that repeats itself: the same seed throws the same numbers on every machine. */
final class Dice {

    /** Neighbouring seeds would begin alike: this spreads the days of a calendar over all of them. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed * SPREAD);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From inclusive, until exclusive. */
    int between(int from, int until) {
        return random.nextInt(from, until);
    }

    /** Log-normal around a median, as sizes and durations of LLM calls are: mostly near it, now and then far above. */
    long around(long median, double spread) {
        double factor = StrictMath.exp(Math.clamp(random.nextGaussian(), -3, 3) * spread);
        return Math.max(1, Math.round(median * factor));
    }

    <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** The heavier, the likelier. */
    <T> T oneOf(List<T> values, ToDoubleFunction<T> weight) {
        double left = random.nextDouble() * values.stream().mapToDouble(weight).sum();
        for (T value : values) {
            left -= weight.applyAsDouble(value);
            if (left < 0) {
                return value;
            }
        }
        return values.getLast();
    }
}
