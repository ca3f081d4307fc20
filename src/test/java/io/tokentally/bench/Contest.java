package io.tokentally.bench;

import java.util.List;
import java.util.stream.Stream;

/** Comparisons whose sides take turns, so that what else the machine does meets them alike. */
record Contest(String name, List<Comparison> comparisons) {

    List<Side> sides() {
        return comparisons.stream()
                .flatMap(comparison -> Stream.of(comparison.ours(), comparison.other()))
                .distinct()
                .toList();
    }
}
