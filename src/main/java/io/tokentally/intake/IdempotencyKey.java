package io.tokentally.intake;

import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.Text;

/** The {@code Idempotency-Key} header: an event id for callers that set it on every request. */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";

    private IdempotencyKey() {}

    /** The event's own id wins; a header beside it changes nothing. */
    static RecordUsage apply(String header, RecordUsage command) {
        return header == null || command.eventId() != null ? command : command.withEventId(key(header));
    }

    static void refuseForMany(String header) {
        if (header != null) {
            throw new InvalidInput(HEADER, "stands for one event; give each event of a batch an event_id");
        }
    }

    /** The draft standard quotes the key, many clients do not: both are the same key. */
    static String key(String header) {
        boolean quoted = header.length() >= 2 && header.startsWith("\"") && header.endsWith("\"");
        String key = quoted ? header.substring(1, header.length() - 1) : header;
        if (!Text.isName(key, Text.MAX_ID_BYTES)) {
            throw new InvalidInput(HEADER, "must be 1 to " + Text.MAX_ID_BYTES + " bytes");
        }
        return key;
    }
}
