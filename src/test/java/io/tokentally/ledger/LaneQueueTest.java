package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.TenantId;
import java.util.Collections;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LaneQueueTest {

    private final LaneQueue queue = new LaneQueue(10, 4);

    private static Work work(int commands) {
        return Work.of(Collections.nCopies(commands, new Command.Release(new TenantId("acme"), UUID.randomUUID())));
    }

    @Test
    void givesWhatWaitsTogetherUpToTheMost() throws InterruptedException {
        for (int i = 0; i < 6; i++) {
            queue.offer(work(1));
        }

        assertThat(queue.take()).hasSize(4);
        assertThat(queue.take()).hasSize(2);
    }

    @Test
    void servesSinglesAndPartsOfBatchesInTurn() throws InterruptedException {
        Work first = work(3);
        Work second = work(3);
        queue.offer(first);
        queue.offer(second);
        Work single = work(1);
        queue.offer(single);

        assertThat(queue.take()).containsExactly(single);
        assertThat(queue.take()).containsExactly(first);
        assertThat(queue.take()).containsExactly(second);
    }

    @Test
    void takesAPartThatIsLargerThanTheMostWhole() throws InterruptedException {
        queue.offer(work(7));

        assertThat(queue.take().getFirst().commands()).hasSize(7);
    }

    @Test
    void sendsAwayWhoFindsTheLineFullButNotTheOtherLine() {
        assertThat(queue.offer(work(9))).isTrue();

        assertThat(queue.offer(work(2))).isFalse();
        assertThat(queue.offer(work(1))).isTrue();
    }

    @Test
    void letsGoOfWhatIsStillWaitingAndOfNothingElse() throws InterruptedException {
        Work taken = work(1);
        queue.offer(taken);
        queue.take();
        Work waiting = work(1);
        queue.offer(waiting);

        assertThat(queue.withdraw(taken)).isFalse();
        assertThat(queue.withdraw(waiting)).isTrue();
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void givesOutWhatIsLeftAfterItWasClosedAndTakesNothingMore() throws InterruptedException {
        Work last = work(1);
        queue.offer(last);
        queue.close();

        assertThat(queue.offer(work(1))).isFalse();
        assertThat(queue.take()).containsExactly(last);
        assertThat(queue.take()).isEmpty();
    }
}
