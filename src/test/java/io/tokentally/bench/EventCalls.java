package io.tokentally.bench;

import java.nio.ByteBuffer;
import java.util.List;

/** Records events, one a request or many. Remembers what was acknowledged, to be looked up in the database afterwards. */
final class EventCalls implements Calls {

    static final String PATH = "/api/usage/events";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final List<EventJson> EVENTS =
            Traffic.KINDS.stream().map(EventJson::new).toList();
    private static final int LONGEST =
            EVENTS.stream().mapToInt(EventJson::length).max().orElseThrow();

    private final Traffic traffic;
    private final List<String> tokens;
    private final int size;
    private final String type;
    private long next;
    private long acknowledged;
    private long unsure;

    private EventCalls(Traffic traffic, Installation installation, int size, String type) {
        this.traffic = traffic;
        this.tokens = traffic.tenants().stream()
                .map(tenant -> installation.token(tenant, "service"))
                .toList();
        this.size = size;
        this.type = type;
    }

    static EventCalls single(Traffic traffic, Installation installation) {
        return new EventCalls(traffic, installation, 1, JSON);
    }

    /** @param ndjson a line for each event; otherwise an array */
    static EventCalls batches(Traffic traffic, Installation installation, int size, boolean ndjson) {
        return new EventCalls(traffic, installation, size, ndjson ? NDJSON : JSON);
    }

    Traffic traffic() {
        return traffic;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Sent and answered by an error, after which they may have been written all the same. */
    long unsure() {
        return unsure;
    }

    @Override
    public int longest() {
        return 4096 + size * (LONGEST + 1);
    }

    @Override
    public boolean next(ByteBuffer request) {
        String token = tokens.get(traffic.tenantOf(next));
        if (size == 1) {
            EventJson event = EVENTS.get(traffic.kindOf(next));
            request.put(head(token, event.length()));
            event.write(traffic, next++, request);
        } else {
            request.put(head(token, batchLength()));
            writeBatch(request);
        }
        return true;
    }

    @Override
    public long acknowledgedBy(Answer answer) {
        long now = size == 1 ? (answer.status() == 201 ? 1 : 0) : answer.number("recorded");
        acknowledged += now;
        unsure += size - now;
        return now;
    }

    // Opening, separators and closing of an array take as many bytes as the line ends of NDJSON, and one more.
    private void writeBatch(ByteBuffer request) {
        boolean lines = type.equals(NDJSON);
        for (int i = 0; i < size; i++) {
            if (!lines) {
                request.put((byte) (i == 0 ? '[' : ','));
            }
            EVENTS.get(traffic.kindOf(next)).write(traffic, next++, request);
            if (lines) {
                request.put((byte) '\n');
            }
        }
        if (!lines) {
            request.put((byte) ']');
        }
    }

    private int batchLength() {
        int length = type.equals(NDJSON) ? size : size + 1;
        for (int i = 0; i < size; i++) {
            length += EVENTS.get(traffic.kindOf(next + i)).length();
        }
        return length;
    }

    private byte[] head(String token, int length) {
        return Calls.head(PATH, token, type, length);
    }
}
