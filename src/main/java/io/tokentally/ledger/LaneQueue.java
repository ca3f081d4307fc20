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

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Deque<Work> singles = new ArrayDeque<>();
    private final Deque<Work> bulk = new ArrayDeque<>();
    private final int mostWaiting;
    private final int mostTaken;
    private int waiting;
    private boolean bulkNext;
    private boolean closed;

    /** @param mostTaken commands at once; a part of a batch is taken whole */
    LaneQueue(int mostWaiting, int mostTaken) {
        this.mostWaiting = mostWaiting;
        this.mostTaken = mostTaken;
    }

    /** False: full, or closed. */
    boolean offer(Work work) {
        lock.lock();
        try {
            if (closed || waiting + work.commands().size() > mostWaiting) {
                return false;
            }
            (work.isBulk() ? bulk : singles).addLast(work);
            waiting += work.commands().size();
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
            boolean withdrawn = (work.isBulk() ? bulk : singles).remove(work);
            if (withdrawn) {
                waiting -= work.commands().size();
            }
            return withdrawn;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something. Empty: closed, and nothing is left. */
    List<Work> take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting == 0 && !closed) {
                filled.await();
            }
            boolean fromBulk = !bulk.isEmpty() && (bulkNext || singles.isEmpty());
            bulkNext = !fromBulk;
            List<Work> taken = drain(fromBulk ? bulk : singles);
            if (waiting > 0) {
                filled.signal();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private List<Work> drain(Deque<Work> line) {
        var taken = new ArrayList<Work>();
        int commands = 0;
        while (!line.isEmpty()
                && (commands == 0 || commands + line.peekFirst().commands().size() <= mostTaken)) {
            Work work = line.pollFirst();
            commands += work.commands().size();
            taken.add(work);
        }
        waiting -= commands;
        return taken;
    }

    int waiting() {
        lock.lock();
        try {
            return waiting;
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
