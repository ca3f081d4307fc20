package io.tokentally.reporting.forecast;

import io.tokentally.boot.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** An hour of real traffic, cut into steps that stand for days. */
final class TraceSteps {

    private static final int MOST = 120;

    private TraceSteps() {}

    /** Cost, tokens and calls by step; the last step, which the trace may not fill, is left out. */
    static List<List<BigDecimal>> of(int seconds) {
        Trace trace = trace();
        return List.of(
                by(seconds, trace, Trace.Call::cost),
                by(seconds, trace, call -> BigDecimal.valueOf(call.prompt() + call.completion())),
                by(seconds, trace, call -> BigDecimal.ONE));
    }

    private static List<BigDecimal> by(int seconds, Trace trace, Function<Trace.Call, BigDecimal> amount) {
        long first = second(trace.calls().getFirst());
        var sums = trace.calls().stream()
                .collect(Collectors.groupingBy(
                        call -> (second(call) - first) / seconds,
                        Collectors.reducing(BigDecimal.ZERO, amount, BigDecimal::add)));
        long steps = (second(trace.calls().getLast()) - first) / seconds;
        return LongStream.range(Math.max(0, steps - MOST), steps)
                .mapToObj(step -> sums.getOrDefault(step, BigDecimal.ZERO))
                .toList();
    }

    private static long second(Trace.Call call) {
        return Instant.parse(call.occurredAt()).getEpochSecond();
    }

    private static Trace trace() {
        try {
            return Trace.ofEnvironmentOrMade();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
