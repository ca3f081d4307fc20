package io.tokentally.intake;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request to record holds. It is read event by event: no more of the request is in memory than one event as JSON,
 * and of the others what became of them. All are read before any is written, so what refuses a request refuses it whole.
 */
sealed interface SentEvents {

    int MOST = 10_000;

    /** A JSON object. */
    record One(UsageEventReader.Outcome event) implements SentEvents {}

    /** A JSON array, or NDJSON, in the order sent. */
    record Many(List<UsageEventReader.Outcome> events) implements SentEvents {}

    /**
     * Reads one JSON object or an array of them.
     *
     * @throws InvalidInput for anything else, and for an array that breaks off or is malformed anywhere
     */
    static SentEvents json(InputStream body, ObjectMapper json, Instant now) {
        ObjectReader events = json.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        try (JsonParser parser = json.getFactory().createParser(body)) {
            SentEvents sent = switch (parser.nextToken()) {
                case START_OBJECT -> new One(UsageEventReader.read(events.readTree(parser), now));
                case START_ARRAY -> array(parser, events, now);
                case null, default -> throw new InvalidInput("body", "must be a JSON object or an array of them");
            };
            if (parser.nextToken() != null) {
                throw new InvalidInput("body", "must be one JSON value and nothing after it");
            }
            return sent;
        } catch (IOException malformed) {
            throw new InvalidInput("body", "is not well-formed JSON");
        }
    }

    /** Reads one JSON object per line. A line that is none is refused alone; blank lines are no events. */
    static Many lines(InputStream body, ObjectMapper json, Instant now) {
        var lines = new Lines(body);
        ObjectReader line = json.reader();
        var events = new ArrayList<UsageEventReader.Outcome>();
        try {
            for (Lines.Line next = lines.next(); next != null; next = lines.next()) {
                add(
                        events,
                        switch (next) {
                            case Lines.Text text -> line(text.utf8(), line, now);
                            case Lines.TooLong tooLong -> refused("is longer than " + Lines.MAX_BYTES + " bytes");
                        });
            }
            return new Many(events);
        } catch (IOException never) {
            throw new IllegalStateException("a request's body fails in other ways", never);
        }
    }

    private static Many array(JsonParser parser, ObjectReader event, Instant now) throws IOException {
        var events = new ArrayList<UsageEventReader.Outcome>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            add(events, UsageEventReader.read(event.readTree(parser), now));
        }
        return new Many(events);
    }

    private static void add(List<UsageEventReader.Outcome> events, UsageEventReader.Outcome event) {
        if (events.size() == MOST) {
            throw new TooManyEvents();
        }
        events.add(event);
    }

    private static UsageEventReader.Outcome line(byte[] utf8, ObjectReader line, Instant now) {
        try {
            return UsageEventReader.read(line.readTree(utf8), now);
        } catch (IOException malformed) {
            return refused("is not well-formed JSON");
        }
    }

    private static UsageEventReader.Refused refused(String message) {
        return new UsageEventReader.Refused(List.of(new FieldError("event", message)));
    }
}
