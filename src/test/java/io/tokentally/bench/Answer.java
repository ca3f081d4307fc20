package io.tokentally.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One HTTP/1.1 answer, as far as it has come. Reads what a server may send to a POST: a length, or chunks. */
final class Answer {

    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[16 * 1024];
    private int length;
    private int head = -1;
    private int end = -1; // of an answer that says its length
    private boolean chunked;

    /** Takes in what has arrived; true when the answer is whole. */
    boolean readFrom(SocketChannel channel) throws IOException {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 4 * bytes.length);
        }
        int read = channel.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
        if (read < 0) {
            throw new EOFException("the service hung up");
        }
        length += read;
        if (head < 0) {
            readHead();
        }
        return head >= 0 && (chunked ? hasLastChunk() : length >= end);
    }

    void clear() {
        length = 0;
        head = -1;
        end = -1;
        chunked = false;
    }

    int status() {
        return 100 * (bytes[9] - '0') + 10 * (bytes[10] - '0') + bytes[11] - '0';
    }

    /** The number that follows {@code "name":}; 0 if there is none. A name that a chunk border splits is found too. */
    long number(String name) {
        String body = body();
        int at = body.indexOf("\"" + name + "\":");
        return at < 0 ? 0 : leadingNumber(body, at + name.length() + 3);
    }

    String body() {
        String raw = new String(bytes, head, length - head, StandardCharsets.ISO_8859_1);
        return chunked ? joined(raw) : raw;
    }

    private void readHead() {
        int at = indexOf(END_OF_HEAD);
        if (at < 0) {
            return;
        }
        head = at + END_OF_HEAD.length;
        String lines = new String(bytes, 0, at, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        chunked = lines.contains("\r\ntransfer-encoding: chunked");
        int field = lines.indexOf("\r\ncontent-length: ");
        end = field < 0 ? head : head + (int) leadingNumber(lines, field + 18);
    }

    // A body of JSON never holds an empty line, so this cannot be content.
    private boolean hasLastChunk() {
        return length >= head + 5 && new String(bytes, length - 5, 5, StandardCharsets.ISO_8859_1).equals("0\r\n\r\n");
    }

    private static String joined(String chunks) {
        var body = new StringBuilder();
        for (int at = 0; at < chunks.length(); ) {
            int line = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks.substring(at, line), 16);
            body.append(chunks, line + 2, line + 2 + size);
            at = size == 0 ? chunks.length() : line + 2 + size + 2;
        }
        return body.toString();
    }

    private int indexOf(byte[] wanted) {
        for (int at = 0; at + wanted.length <= length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    private static long leadingNumber(String text, int from) {
        int to = from;
        while (to < text.length() && Character.isDigit(text.charAt(to))) {
            to++;
        }
        return Long.parseLong(text, from, to, 10);
    }
}
