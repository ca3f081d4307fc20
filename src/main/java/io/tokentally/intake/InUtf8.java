package io.tokentally.intake;

import io.tokentally.shared.InvalidInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text of another charset as UTF-8. What the charset does not know is refused, not replaced. */
final class InUtf8 extends InputStream {

    private static final int CHARS = 8 * 1024;

    private final Reader text;
    private final char[] chars = new char[CHARS];
    private InputStream ready = InputStream.nullInputStream();

    /** @param in ends, when it does, by a refusal or an unchecked exception, never by an {@code IOException} */
    InUtf8(InputStream in, Charset charset) {
        this.text = new InputStreamReader(in, charset.newDecoder());
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = ready.read(into, offset, length);
        while (read < 0 && decodeMore()) {
            read = ready.read(into, offset, length);
        }
        return read;
    }

    /** One place is kept free: a pair of surrogates must not be cut. */
    private boolean decodeMore() {
        try {
            int read = text.read(chars, 0, CHARS - 1);
            if (read > 0 && Character.isHighSurrogate(chars[read - 1])) {
                int second = text.read();
                chars[read] = (char) second;
                read += second < 0 ? 0 : 1;
            }
            ready = new ByteArrayInputStream(new String(chars, 0, Math.max(read, 0)).getBytes(StandardCharsets.UTF_8));
            return read >= 0;
        } catch (IOException notOfThisCharset) {
            throw new InvalidInput("body", "is not text of the charset that Content-Type names");
        }
    }
}
