package io.tokentally.bench;

import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * One run of one side.
 *
 * @param done events, decisions or rows that were acknowledged
 * @param nanos from the first request to the last answer
 * @param latencies of requests or transactions, in nanoseconds
 * @param others answers that acknowledged nothing, by status
 */
record Measured(long done, long nanos, Histogram latencies, Map<Integer, Long> others) {

    double perSecond() {
        return done * 1e9 / nanos;
    }

    double millisAt(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    String otherAnswers() {
        return others.entrySet().stream()
                .map(other -> "%,d × %d".formatted(other.getValue(), other.getKey()))
                .collect(Collectors.joining(", "));
    }
}
