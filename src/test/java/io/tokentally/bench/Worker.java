package io.tokentally.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** Somebody who works on the database directly, one transaction after the other. */
interface Worker extends AutoCloseable {

    /** One transaction; returns how many rows or decisions it made durable. */
    long once() throws Exception;

    @Override
    void close() throws SQLException;

    interface Hiring {
        Worker hire() throws Exception;
    }

    /** Each worker has a thread of its own. */
    static Measured run(int workers, Hiring hiring, Duration time) throws Exception {
        var hired = new ArrayList<Worker>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            for (int i = 0; i < workers; i++) {
                hired.add(hiring.hire());
            }
            long start = System.nanoTime();
            List<Future<Measured>> runs = threads.invokeAll(hired.stream()
                    .map(worker -> (Callable<Measured>) () -> run(worker, start, time))
                    .toList());
            return sum(runs, System.nanoTime() - start);
        } finally {
            for (Worker worker : hired) {
                worker.close();
            }
        }
    }

    private static Measured run(Worker worker, long start, Duration time) throws Exception {
        var latencies = new Histogram(3);
        long done = 0;
        long from = System.nanoTime();
        while (from - start < time.toNanos()) {
            done += worker.once();
            long until = System.nanoTime();
            latencies.recordValue(until - from);
            from = until;
        }
        return new Measured(done, from - start, latencies, Map.of());
    }

    private static Measured sum(List<Future<Measured>> runs, long nanos) throws Exception {
        var latencies = new Histogram(3);
        long done = 0;
        for (Future<Measured> run : runs) {
            latencies.add(run.get().latencies());
            done += run.get().done();
        }
        return new Measured(done, nanos, latencies, Map.of());
    }
}
