package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokentally.ledger.Outcome;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.PartlyWritten;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunksTest {

    private final List<Integer> sizes = new ArrayList<>();

    @Test
    void areFullButTheLastAndGiveTheirOutcomesInOrder() {
        List<RecordUsage> commands = commands(1_234);
        var seen = new ArrayList<String>();

        List<Outcome> outcomes = Chunks.record(commands, chunk -> {
            chunk.forEach(command -> seen.add(command.eventId()));
            return recorded(chunk);
        });

        assertThat(sizes).containsExactly(500, 500, 234);
        assertThat(outcomes).hasSize(1_234);
        assertThat(seen).isEqualTo(commands.stream().map(RecordUsage::eventId).toList());
    }

    @Test
    void areNoneOfNothing() {
        assertThat(Chunks.record(List.of(), this::recorded)).isEmpty();
        assertThat(sizes).isEmpty();
    }

    @Test
    void letTheFirstFailureThroughForNothingIsWritten() {
        var away = new IllegalStateException("away");

        assertThatThrownBy(() -> Chunks.record(commands(1_234), chunk -> {
                    throw away;
                }))
                .isSameAs(away);
    }

    @Test
    void sayHowMuchIsWrittenWhenALaterOneFails() {
        var away = new IllegalStateException("away");

        assertThatThrownBy(() -> Chunks.record(commands(1_234), chunk -> {
                    if (sizes.size() == 2) {
                        throw away;
                    }
                    return recorded(chunk);
                }))
                .isInstanceOf(PartlyWritten.class)
                .hasCause(away)
                .hasMessage("The request broke off: at least 1000 of its 1234 well-formed events are recorded."
                        + " Send the same request again: an event with an event_id counts once.");
    }

    @Test
    void countNoConflictAsRecorded() {
        assertThatThrownBy(() -> Chunks.record(commands(600), chunk -> {
                    if (sizes.size() == 1) {
                        throw new IllegalStateException("away");
                    }
                    var outcomes = new ArrayList<>(recorded(chunk));
                    outcomes.set(3, new Outcome.Conflict());
                    outcomes.set(4, new Outcome.Duplicate(new UUID(0, 0), null, null));
                    return outcomes;
                }))
                .hasMessageContaining("at least 499 of its 600");
    }

    private List<Outcome> recorded(List<RecordUsage> chunk) {
        sizes.add(chunk.size());
        return chunk.stream()
                .map(command -> (Outcome) new Outcome.Recorded(new UUID(0, 0), null, null))
                .toList();
    }

    private static List<RecordUsage> commands(int count) {
        var event = Json.object("{\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");
        var read = (UsageEventReader.Accepted) UsageEventReader.read(event, Instant.EPOCH);
        return IntStream.range(0, count)
                .mapToObj(index -> read.command().withEventId("event-" + index))
                .toList();
    }
}
