package io.tokentally.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Figures in columns, for a terminal or to be pasted into {@code docs/benchmarks.md}.
 *
 * @param texts the columns that hold words; the others are figures
 */
record Table(List<String> head, Set<Integer> texts, List<List<String>> rows) {

    String asText() {
        List<List<String>> all = new ArrayList<>(List.of(head));
        all.addAll(rows);
        int[] widths = IntStream.range(0, head.size())
                .map(column -> all.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return all.stream().map(row -> padded(row, widths)).collect(Collectors.joining("\n"));
    }

    String asMarkdown() {
        String rule = IntStream.range(0, head.size())
                .mapToObj(column -> texts.contains(column) ? "---" : "--:")
                .collect(Collectors.joining("|", "|", "|"));
        return line(head) + "\n" + rule + "\n" + rows.stream().map(Table::line).collect(Collectors.joining("\n"));
    }

    private String padded(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column ->
                        ("%" + (texts.contains(column) ? "-" : "") + widths[column] + "s").formatted(row.get(column)))
                .collect(Collectors.joining("  "));
    }

    private static String line(List<String> row) {
        return row.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }
}
