package io.tokentally.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often and how long: A B A B …, after a run of each that does not count. */
record Rounds(int count, Duration time, Duration warmUp) {

    List<Result> of(Contest contest) throws Exception {
        var runs = new HashMap<Side, List<Measured>>();
        for (Side side : contest.sides()) {
            side.run().during(warmUp);
            runs.put(side, new ArrayList<>());
        }
        for (int round = 1; round <= count; round++) {
            for (Side side : contest.sides()) {
                Measured measured = side.run().during(time);
                runs.get(side).add(measured);
                say(contest, side, round, measured);
            }
        }
        return results(contest, runs);
    }

    private static List<Result> results(Contest contest, Map<Side, List<Measured>> runs) {
        return contest.comparisons().stream()
                .map(comparison -> new Result(comparison, runs.get(comparison.ours()), runs.get(comparison.other())))
                .toList();
    }

    private void say(Contest contest, Side side, int round, Measured measured) {
        System.err.printf(
                "%s · %s · %d/%d: %,.0f/s, p99 %.1f ms%n",
                contest.name(), side.name(), round, count, measured.perSecond(), measured.millisAt(99));
    }
}
