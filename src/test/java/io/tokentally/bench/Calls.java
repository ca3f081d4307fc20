package io.tokentally.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The requests of one side, in order, and what their answers mean. Used by one thread. */
interface Calls {

    /** Bytes of the longest request. */
    int longest();

    /** Writes the next whole request; false when there is none left. */
    boolean next(ByteBuffer request);

    /** How many events or decisions this answer acknowledges; 0 if it is no good answer. */
    long acknowledgedBy(Answer answer);

    /** A request whose body is {@code length} bytes long, up to the body. */
    static byte[] head(String path, String token, String type, int length) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: " + type + "\r\nContent-Length: " + length + "\r\n\r\n";
        return head.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The first of these requests only. */
    static Calls atMost(long times, Calls calls) {
        return new Calls() {

            private long left = times;

            @Override
            public int longest() {
                return calls.longest();
            }

            @Override
            public boolean next(ByteBuffer request) {
                return left-- > 0 && calls.next(request);
            }

            @Override
            public long acknowledgedBy(Answer answer) {
                return calls.acknowledgedBy(answer);
            }
        };
    }
}
