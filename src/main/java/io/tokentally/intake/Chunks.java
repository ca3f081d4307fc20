package io.tokentally.intake;

import io.tokentally.ledger.Outcome;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.PartlyWritten;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Writes the events of one request a few hundred at a time, each chunk committed by itself. */
final class Chunks {

    static final int MOST_EVENTS = 500;

    private Chunks() {}

    /**
     * @param record writes all of a chunk or nothing of it
     * @return one outcome per command, in their order
     * @throws PartlyWritten when a chunk fails after others were written
     */
    static List<Outcome> record(List<RecordUsage> commands, Function<List<RecordUsage>, List<Outcome>> record) {
        var outcomes = new ArrayList<Outcome>(commands.size());
        for (int from = 0; from < commands.size(); from += MOST_EVENTS) {
            int until = Math.min(from + MOST_EVENTS, commands.size());
            try {
                outcomes.addAll(record.apply(commands.subList(from, until)));
            } catch (RuntimeException failure) {
                throw from == 0 ? failure : new PartlyWritten(sentence(outcomes, commands.size()), failure);
            }
        }
        return outcomes;
    }

    /** At least: whether the failed chunk was written may not be known. */
    private static String sentence(List<Outcome> outcomes, int sent) {
        long recorded = outcomes.stream()
                .filter(outcome -> outcome instanceof Outcome.Recorded || outcome instanceof Outcome.Duplicate)
                .count();
        return "The request broke off: at least " + recorded + " of its " + sent + " well-formed events are recorded."
                + " Send the same request again: an event with an event_id counts once.";
    }
}
