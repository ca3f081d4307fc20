package io.tokentally.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Load from connections that are kept alive: each sends its next request when it has the last answer whole. One thread
 * serves them all, so that on few cores the load takes little from what it measures.
 */
final class Load implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Calls calls;
    private final Selector selector = Selector.open();
    private final List<Line> lines = new ArrayList<>();
    private final Histogram latencies = new Histogram(3);
    private final Map<Integer, Long> others = new TreeMap<>();

    private long deadline;
    private long done;
    private int open;

    private Load(Calls calls) throws IOException {
        this.calls = calls;
    }

    /** @param services the connections are dealt out to them in turn */
    static Measured run(List<Service> services, int connections, Calls calls, Duration time) throws IOException {
        try (Load load = new Load(calls)) {
            for (int i = 0; i < connections; i++) {
                load.connectTo(services.get(i % services.size()));
            }
            return load.run(time);
        }
    }

    @Override
    public void close() throws IOException {
        for (Line line : lines) {
            line.channel.close();
        }
        selector.close();
    }

    private void connectTo(Service service) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port());
        lines.add(new Line(SocketChannel.open(address)));
        open++;
    }

    private Measured run(Duration time) throws IOException {
        long start = System.nanoTime();
        deadline = start + time.toNanos();
        for (Line line : lines) {
            line.send();
        }
        while (open > 0) {
            if (selector.select(PATIENCE.toMillis()) == 0) {
                throw new IOException("no answer for " + PATIENCE);
            }
            for (SelectionKey ready : selector.selectedKeys()) {
                ((Line) ready.attachment()).goOn();
            }
            selector.selectedKeys().clear();
        }
        return new Measured(done, System.nanoTime() - start, latencies, others);
    }

    private void count(Answer answer, long nanos) {
        latencies.recordValue(nanos);
        long acknowledged = calls.acknowledgedBy(answer);
        done += acknowledged;
        if (acknowledged == 0) {
            others.merge(answer.status(), 1L, Long::sum);
        }
    }

    /** One connection. */
    private final class Line {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final ByteBuffer request = ByteBuffer.allocateDirect(calls.longest());
        private final Answer answer = new Answer();
        private long sentAt;

        private Line(SocketChannel channel) throws IOException {
            this.channel = channel;
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            this.key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        private void send() throws IOException {
            request.clear();
            if (System.nanoTime() < deadline && calls.next(request)) {
                request.flip();
                sentAt = System.nanoTime();
                write();
            } else {
                key.cancel();
                open--;
            }
        }

        private void goOn() throws IOException {
            if (request.hasRemaining()) {
                write();
            } else if (answer.readFrom(channel)) {
                count(answer, System.nanoTime() - sentAt);
                answer.clear();
                send();
            }
        }

        private void write() throws IOException {
            channel.write(request);
            int wanted = request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }
    }
}
