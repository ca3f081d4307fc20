package io.tokentally.intake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The lines of a stream that say something, one at a time. Blank ones are passed over. Of a line that is too long no
 * more is kept than shows that it is.
 */
final class Lines {

    /** Many times the longest event there is. */
    static final int MAX_BYTES = 256 * 1024;

    private static final int CHUNK_BYTES = 16 * 1024;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int end;

    Lines(InputStream in) {
        this.in = in;
    }

    sealed interface Line {}

    /** @param utf8 without the line feed */
    record Text(byte[] utf8) implements Line {}

    record TooLong() implements Line {}

    /** The next line, or null after the last. */
    Line next() throws IOException {
        while (readLine()) {
            if (line.size() > MAX_BYTES) {
                return new TooLong();
            }
            byte[] utf8 = line.toByteArray();
            if (!isBlank(utf8)) {
                return new Text(utf8);
            }
        }
        return null;
    }

    private boolean readLine() throws IOException {
        line.reset();
        boolean some = false;
        while (position < end || readChunk()) {
            some = true;
            int lineEnd = position;
            while (lineEnd < end && chunk[lineEnd] != '\n') {
                lineEnd++;
            }
            line.write(chunk, position, Math.min(lineEnd - position, MAX_BYTES + 1 - line.size()));
            position = lineEnd + 1;
            if (lineEnd < end) {
                return true;
            }
        }
        return some;
    }

    private boolean readChunk() throws IOException {
        position = 0;
        end = Math.max(in.read(chunk, 0, CHUNK_BYTES), 0);
        return end > 0;
    }

    /** JSON's own white space. */
    private static boolean isBlank(byte[] utf8) {
        for (byte one : utf8) {
            if (one != ' ' && one != '\t' && one != '\r') {
                return false;
            }
        }
        return true;
    }
}
