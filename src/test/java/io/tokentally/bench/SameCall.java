package io.tokentally.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The same question again and again. */
final class SameCall implements Calls {

    private final ByteBuffer request;
    private final int good;

    /** @param good the status of an answer that counts */
    SameCall(String path, String token, String body, int good) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] head = Calls.head(path, token, "application/json", bytes.length);
        this.request = ByteBuffer.allocate(head.length + bytes.length)
                .put(head)
                .put(bytes)
                .flip();
        this.good = good;
    }

    @Override
    public int longest() {
        return request.capacity();
    }

    @Override
    public boolean next(ByteBuffer out) {
        out.put(request.duplicate());
        return true;
    }

    @Override
    public long acknowledgedBy(Answer answer) {
        return answer.status() == good ? 1 : 0;
    }
}
