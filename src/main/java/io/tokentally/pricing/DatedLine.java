package io.tokentally.pricing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A catalogue line with both its ends known. */
record DatedLine(CatalogueLine line, Period period) {

    private static final Comparator<CatalogueLine> BY_START =
            Comparator.comparing(CatalogueLine::from, Comparator.nullsFirst(Comparator.naturalOrder()));

    /** Lines about one thing, oldest first: each ends where it says, else where the next one starts. */
    static List<DatedLine> of(List<CatalogueLine> lines) {
        List<CatalogueLine> sorted = lines.stream().sorted(BY_START).toList();
        List<DatedLine> dated = new ArrayList<>();
        for (int index = 0; index < sorted.size(); index++) {
            CatalogueLine next = index + 1 < sorted.size() ? sorted.get(index + 1) : null;
            dated.add(of(sorted.get(index), next));
        }
        return dated;
    }

    private static DatedLine of(CatalogueLine line, CatalogueLine next) {
        Instant until = next == null ? line.until() : untilNext(line, next);
        if (line.from() != null && until != null && !line.from().isBefore(until)) {
            throw line.mistake("ends before it starts");
        }
        return new DatedLine(line, new Period(line.from(), until));
    }

    private static Instant untilNext(CatalogueLine line, CatalogueLine next) {
        if (next.from() == null || next.from().equals(line.from())) {
            throw next.mistake("starts when line %d does".formatted(line.number()));
        }
        if (line.until() != null && line.until().isAfter(next.from())) {
            throw next.mistake("starts before line %d ends".formatted(line.number()));
        }
        return line.until() == null ? next.from() : line.until();
    }
}
