package io.tokentally.intake;

import io.tokentally.shared.AtMost;
import io.tokentally.shared.InvalidInput;
import jakarta.ws.rs.core.MediaType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a request as UTF-8, unpacked while they are read: never more than {@code mostBytes} come out, however
 * few went in. Whoever reads it need not tell a caller that hung up ({@link UncheckedIOException}) from a body that is
 * wrong (a refusal): no other exception comes out.
 */
final class SentBytes {

    private static final Set<Charset> SUBSETS_OF_UTF_8 = Set.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII);

    private SentBytes() {}

    /**
     * @param encoding the {@code Content-Encoding}, or null
     * @param type the {@code Content-Type}, or null; a charset other than UTF-8 is decoded
     */
    static InputStream open(InputStream wire, String encoding, MediaType type, long mostBytes) {
        Charset charset = charset(type);
        InputStream sent = new AtMost(mostBytes, new Wire(wire));
        InputStream plain = isGzip(encoding) ? new AtMost(mostBytes, gunzipped(sent)) : sent;
        return SUBSETS_OF_UTF_8.contains(charset) ? plain : new AtMost(mostBytes, new InUtf8(plain, charset));
    }

    private static boolean isGzip(String encoding) {
        return switch (encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> throw new UnsupportedEncoding();
        };
    }

    private static Charset charset(MediaType type) {
        String name = type == null ? null : type.getParameters().get(MediaType.CHARSET_PARAMETER);
        try {
            return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            throw new UnsupportedCharset();
        }
    }

    private static InputStream gunzipped(InputStream sent) {
        try {
            return new Gunzipped(new Gunzip(sent));
        } catch (IOException broken) {
            throw notGzip();
        }
    }

    private static InvalidInput notGzip() {
        return new InvalidInput("body", "is not whole gzip, as Content-Encoding says");
    }

    /** What breaks here is the connection. */
    private static final class Wire extends FilterInputStream {

        Wire(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            try {
                return in.read();
            } catch (IOException hungUp) {
                throw new UncheckedIOException(hungUp);
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            try {
                return in.read(into, offset, length);
            } catch (IOException hungUp) {
                throw new UncheckedIOException(hungUp);
            }
        }
    }

    /** What breaks here is what the caller sent. */
    private static final class Gunzipped extends FilterInputStream {

        Gunzipped(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            try {
                return in.read();
            } catch (IOException broken) {
                throw notGzip();
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            try {
                return in.read(into, offset, length);
            } catch (IOException broken) {
                throw notGzip();
            }
        }
    }

    /**
     * The JDK's reads all members one after another, but stops in silence at one whose head is broken, and calls itself
     * for each empty one until the stack ends.
     */
    private static final class Gunzip extends GZIPInputStream {

        private static final int BUFFER_BYTES = 16 * 1024;
        private static final int TRAILER_BYTES = 8;
        private static final int MOST_EMPTY_MEMBERS = 100;

        private int depth;

        Gunzip(InputStream in) throws IOException {
            super(in, BUFFER_BYTES);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            depth++;
            int read = depth > MOST_EMPTY_MEMBERS ? tooManyEmpty() : super.read(into, offset, length);
            depth--;
            if (read < 0 && (inf.getRemaining() > TRAILER_BYTES || in.read() >= 0)) {
                throw new ZipException("more follows");
            }
            return read;
        }

        private static int tooManyEmpty() throws ZipException {
            throw new ZipException("too many empty members");
        }
    }
}
