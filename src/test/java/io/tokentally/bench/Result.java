package io.tokentally.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The runs of both sides; their figures are the medians over the rounds. */
record Result(Comparison comparison, List<Measured> ours, List<Measured> others) {

    static double median(List<Measured> runs, ToDoubleFunction<Measured> figure) {
        return median(runs.stream().mapToDouble(figure).sorted().toArray());
    }

    /** The median of the ratios of neighbouring runs. */
    double ratio() {
        return median(ratios());
    }

    double least() {
        return ratios()[0];
    }

    double greatest() {
        return ratios()[ours.size() - 1];
    }

    String met() {
        if (comparison.target() == null) {
            return "";
        }
        return ratio() >= comparison.target() ? "yes" : "no";
    }

    /** Answers that acknowledged nothing, of each side that had some. */
    Stream<String> trouble() {
        return Stream.concat(trouble(comparison.ours(), ours), trouble(comparison.other(), others));
    }

    private Stream<String> trouble(Side side, List<Measured> runs) {
        return runs.stream()
                .filter(run -> !run.others().isEmpty())
                .limit(1)
                .map(run -> "%s, %s: answered %s in one run; these count as nothing."
                        .formatted(comparison.work(), side.name(), run.otherAnswers()));
    }

    private double[] ratios() {
        return IntStream.range(0, ours.size())
                .mapToDouble(i -> ours.get(i).perSecond() / others.get(i).perSecond())
                .sorted()
                .toArray();
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
