package io.tokentally.ledger;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;

/**
 * What makes two events the same. Both digests are stored for ever: a change of either form needs a new version and a
 * way to read the old one.
 */
final class Digests {

    private static final byte CONTENT_VERSION = 1;

    private Digests() {}

    /** The identity of an event within its tenant; null when the sender gave none. */
    static ByteBuffer identity(RecordUsage command) {
        if (command.eventId() == null) {
            return null;
        }
        return sha256(out -> {
            text(out, command.source());
            text(out, command.eventId());
        });
    }

    /** What was sent, in one canonical form; derived values (price, cost, time of receipt) are not part of it. */
    static ByteBuffer content(RecordUsage command) {
        return sha256(out -> {
            out.writeByte(CONTENT_VERSION);
            text(out, command.userId() == null ? null : command.userId().value());
            text(out, command.endpoint());
            text(out, command.provider());
            text(out, command.model());
            out.writeLong(command.tokens().prompt());
            out.writeLong(command.tokens().completion());
            out.writeLong(command.tokens().cacheRead());
            out.writeLong(command.tokens().cacheWrite5m());
            out.writeLong(command.tokens().cacheWrite1h());
            out.writeLong(command.tokens().reasoning());
            instant(out, command.occurredAt());
            text(out, command.sessionId());
            text(out, command.problemId());
            text(out, command.gradeLevel());
            text(out, command.callType());
            text(out, command.scope());
            text(out, command.gitBranch());
            text(
                    out,
                    command.responseTimeMs() == null
                            ? null
                            : command.responseTimeMs().toString());
            out.writeBoolean(command.success());
            text(out, command.errorMessage());
            out.writeBoolean(command.cacheHit());
            tags(out, command.tags());
            if (command.reservationId() != null) {
                text(out, command.reservationId().toString());
            }
        });
    }

    /** The identity of a reversal: what it undoes. The number of texts keeps it apart from every event's identity. */
    static ByteBuffer identityOfReversal(UUID undone) {
        return sha256(out -> {
            text(out, "reversal");
            text(out, "of");
            text(out, undone.toString());
        });
    }

    static ByteBuffer contentOfReversal(String reason) {
        return sha256(out -> {
            out.writeByte(CONTENT_VERSION);
            text(out, reason);
        });
    }

    /** Null when the caller gave no key. */
    static ByteBuffer identity(ReserveUsage command) {
        return command.idempotencyKey() == null ? null : sha256(out -> text(out, command.idempotencyKey()));
    }

    static ByteBuffer content(ReserveUsage command) {
        return sha256(out -> {
            out.writeByte(CONTENT_VERSION);
            text(out, command.user() == null ? null : command.user().id().value());
            text(out, command.provider());
            text(out, command.model());
            out.writeLong(command.promptTokens());
            out.writeLong(command.maxCompletionTokens());
            out.writeLong(command.ttl().toSeconds());
        });
    }

    private static void instant(DataOutputStream out, Instant instant) throws IOException {
        text(out, instant == null ? null : instant.toString());
    }

    private static void tags(DataOutputStream out, SortedMap<String, Object> tags) throws IOException {
        out.writeInt(tags.size());
        for (Map.Entry<String, Object> tag : tags.entrySet()) {
            text(out, tag.getKey());
            switch (tag.getValue()) {
                case String text -> text(out, "s" + text);
                case Boolean flag -> text(out, "b" + flag);
                case BigDecimal number -> text(out, "n" + number.stripTrailingZeros());
                default -> throw new IllegalArgumentException("a tag is text, a number or a boolean");
            }
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static ByteBuffer sha256(Content content) {
        try {
            var bytes = new ByteArrayOutputStream();
            content.writeTo(new DataOutputStream(bytes));
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
