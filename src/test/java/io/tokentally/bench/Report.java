package io.tokentally.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What the runs came to, and what there is to say about it. */
final class Report {

    private static final List<String> HEAD = List.of(
            "Work",
            "ours/s",
            "p50",
            "p95",
            "p99",
            "compared with",
            "its/s",
            "p50",
            "p95",
            "p99",
            "ratio",
            "rounds",
            "target",
            "met");

    private final Machine machine;
    private final List<Result> results;
    private final List<String> notes = new ArrayList<>();
    private boolean sound = true;

    Report(Machine machine, List<Result> results) {
        this.machine = machine;
        this.results = results;
        note(
                "Rates are events, decisions or rows per second; latencies are milliseconds per request or transaction."
                        + " All are medians of the rounds; the ratio is the median of the rounds' own ratios, \"rounds\" their range.");
        results.stream().flatMap(Result::trouble).distinct().forEach(this::note);
    }

    void note(String note) {
        notes.add(note);
    }

    void notes(List<String> more) {
        notes.addAll(more);
    }

    /** Whether a promise held; a missed target breaks none. */
    void promise(boolean kept, String note) {
        sound &= kept;
        note((kept ? "" : "BROKEN: ") + note);
    }

    boolean isSound() {
        return sound;
    }

    String asText() {
        return "\n" + machine + "\n\n" + table().asText() + "\n\n" + noteLines("");
    }

    String asMarkdown() {
        return machine + "\n\n" + table().asMarkdown() + "\n\n" + noteLines("- ");
    }

    private Table table() {
        return new Table(
                HEAD,
                Set.of(0, HEAD.indexOf("compared with")),
                results.stream().map(Report::cells).toList());
    }

    private static List<String> cells(Result result) {
        var cells = new ArrayList<String>();
        cells.add(result.comparison().work());
        cells.addAll(figures(result.ours()));
        cells.add(result.comparison().other().name());
        cells.addAll(figures(result.others()));
        cells.add(result.ratio() > 0 ? "%.2f".formatted(result.ratio()) : "–");
        cells.add("%.2f–%.2f".formatted(result.least(), result.greatest()));
        Double target = result.comparison().target();
        cells.add(target == null ? "" : "≥ " + target.toString().replaceFirst("\\.0$", ""));
        cells.add(result.met());
        return cells;
    }

    private static List<String> figures(List<Measured> runs) {
        return List.of(
                String.format(Locale.ROOT, "%,.0f", Result.median(runs, Measured::perSecond)),
                millis(runs, 50),
                millis(runs, 95),
                millis(runs, 99));
    }

    private static String millis(List<Measured> runs, double percentile) {
        double millis = Result.median(runs, run -> run.millisAt(percentile));
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.0f", millis);
    }

    private String noteLines(String prefix) {
        return notes.stream().map(note -> prefix + note + "\n").collect(Collectors.joining());
    }
}
