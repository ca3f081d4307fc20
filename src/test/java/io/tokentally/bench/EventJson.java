package io.tokentally.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An event's JSON with room for the numbers that differ, so that the next one costs a few bytes and no object. */
final class EventJson {

    private final byte[] bytes;
    private final int user;
    private final int sessionUser;
    private final int session;
    private final int event;

    EventJson(Traffic.Kind kind) {
        String json = """
                {"user_id":"%s","endpoint":"%s","model":"%s","prompt_tokens":%d,"completion_tokens":%d,\
                "response_time_ms":%d,"session_id":"%s","event_id":"%s"}""".formatted(
                        Traffic.user(0),
                        kind.endpoint(),
                        kind.model(),
                        kind.promptTokens(),
                        kind.completionTokens(),
                        kind.responseTimeMs(),
                        Traffic.session(0, 0),
                        Traffic.eventId(0));
        bytes = json.getBytes(StandardCharsets.US_ASCII);
        user = json.indexOf(Traffic.user(0)) + 1;
        sessionUser = json.indexOf(Traffic.session(0, 0)) + 1;
        session = sessionUser + 6;
        event = json.indexOf(Traffic.eventId(0)) + 1;
    }

    int length() {
        return bytes.length;
    }

    void write(Traffic traffic, long n, ByteBuffer out) {
        int start = out.position();
        out.put(bytes);
        digits(out, start + user, 5, traffic.userOf(n));
        digits(out, start + sessionUser, 5, traffic.userOf(n));
        digits(out, start + session, 6, traffic.sessionOf(n));
        digits(out, start + event, 12, n);
    }

    private static void digits(ByteBuffer out, int at, int width, long number) {
        long rest = number;
        for (int i = at + width - 1; i >= at; i--) {
            out.put(i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
