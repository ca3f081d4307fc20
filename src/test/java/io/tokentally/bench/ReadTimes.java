package io.tokentally.bench;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/** How long the same question took, each time it was asked. */
final class ReadTimes {

    private final Histogram nanos = new Histogram(3);

    void add(long time) {
        nanos.recordValue(time);
    }

    double median() {
        return nanos.getValueAtPercentile(50) / 1e6;
    }

    String p50() {
        return millis(50);
    }

    String p95() {
        return millis(95);
    }

    private String millis(double percentile) {
        double millis = nanos.getValueAtPercentile(percentile) / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%,.0f", millis);
    }
}
