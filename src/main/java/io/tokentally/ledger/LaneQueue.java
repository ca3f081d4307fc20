package io.tokentally.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for a lane. Single commands and parts of batches stand in lines of their own and are taken in turn, so that
 * neither starves the other. Bounded: who finds it full is sent away.
 */
final class LaneQueue {

    /** One line, and how many commands stand in it. */
    private static final class Line {

        private final Deque<Work> works = new ArrayDeque<>();
        private int commands;

        private void add(Work work) {
            works.addLast(work);
            commands += work.commands().size();
        }

        private boolean remove(Work work) {
            boolean removed = works.remove(work);
            commands -= removed ? work.commands().size() : 0;
            return removed;
        }

        /** @param most commands; the first work is taken whole */
        private List<Work> drain(int most) {
            var taken = new ArrayList<Work>();
            int count = 0;
            while (!works.isEmpty()
                    && (count == 0 || count + works.peekFirst().commands().size() <= most)) {
                Work work = works.pollFirst();
                count += work.commands().size();
                taken.add(work);
            }
            commands -= count;
            return taken;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Line singles = new Line();
    private final Line bulk = new Line();
    private final int mostWaiting;
    private final int mostTaken;
    private boolean bulkNext;
    private boolean closed;

    /**
     * @param mostWaiting commands in each line
     * @param mostTaken commands at once; a part of a batch is taken whole
     */
    LaneQueue(int mostWaiting, int mostTaken) {
        this.mostWaiting = mostWaiting;
        this.mostTaken = mostTaken;
    }

    /** False: full, or closed. */
    boolean offer(Work work) {
        lock.lock();
        try {
            Line line = lineOf(work);
            if (closed || line.commands + work.commands().size() > mostWaiting) {
                return false;
            }
            line.add(work);
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** True: it was still waiting, and will not be done. */
    boolean withdraw(Work work) {
        lock.lock();
        try {
            return lineOf(work).remove(work);
        } finally {
            lock.unlock();
        }
    }

    private Line lineOf(Work work) {
        return work.isBulk() ? bulk : singles;
    }

    /** Waits until there is something. Empty: closed, and nothing is left. */
    List<Work> take() throws InterruptedException {
        lock.lock();
        try {
            while (isEmpty() && !closed) {
                filled.await();
            }
            boolean fromBulk = !bulk.works.isEmpty() && (bulkNext || singles.works.isEmpty());
            bulkNext = !fromBulk;
            List<Work> taken = (fromBulk ? bulk : singles).drain(mostTaken);
            if (!isEmpty()) {
                filled.signal();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmpty() {
        return singles.works.isEmpty() && bulk.works.isEmpty();
    }

    int waiting() {
        lock.lock();
        try {
            return singles.commands + bulk.commands;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more in; what waits is still taken out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
