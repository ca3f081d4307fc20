package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokentally.shared.BodyTooLarge;
import io.tokentally.shared.InvalidInput;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentBytesTest {

    private static final int MOST = 100_000;

    @Nested
    class Unpacked {

        @ParameterizedTest
        @NullSource
        @ValueSource(strings = {"", "identity", " Identity "})
        void areAsTheyCame(String encoding) throws IOException {
            assertThat(open(bytes("as it is"), encoding).readAllBytes()).isEqualTo(bytes("as it is"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"gzip", "GZIP", " x-gzip "})
        void areUnpackedFromGzip(String encoding) throws IOException {
            assertThat(open(gzip("packed"), encoding).readAllBytes()).isEqualTo(bytes("packed"));
        }

        @Test
        void areUnpackedFromOneGzipAfterAnother() throws IOException {
            var both = new SequenceInputStream(
                    new ByteArrayInputStream(gzip("one ")), new ByteArrayInputStream(gzip("and another")));

            assertThat(open(both, "gzip").readAllBytes()).isEqualTo(bytes("one and another"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"br", "zstd", "deflate", "gzip, gzip", "gzip;q=1"})
        void areOfNoOtherPacking(String encoding) {
            assertThatThrownBy(() -> open(bytes("x"), encoding)).isInstanceOf(UnsupportedEncoding.class);
        }
    }

    @Nested
    class BrokenGzip {

        private final byte[] whole = gzip("{\"endpoint\":\"ask\"} and some more of it");

        @Test
        void isRefusedWhereverItIsCut() {
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);

                assertThatThrownBy(() -> open(cut, "gzip").readAllBytes())
                        .as(cut.length + " bytes")
                        .isInstanceOf(InvalidInput.class)
                        .hasMessageStartingWith("body is not whole gzip");
            }
        }

        @Test
        void isRefusedForAnotherChecksum() {
            whole[whole.length - 5] ^= 1;

            assertThatThrownBy(() -> open(whole, "gzip").readAllBytes()).isInstanceOf(InvalidInput.class);
        }

        @Test
        void isRefusedForWhatFollowsIt() {
            byte[] more = Arrays.copyOf(whole, whole.length + 20);

            assertThatThrownBy(() -> open(more, "gzip").readAllBytes()).isInstanceOf(InvalidInput.class);
        }

        @Test
        void isRefusedForARowOfEmptyMembers() {
            assertThatThrownBy(() -> open(new Repeated(gzip("")), "gzip").readAllBytes())
                    .isInstanceOf(InvalidInput.class);
        }

        @Test
        void isRefusedWhenItIsNoGzipAtAll() {
            assertThatThrownBy(() -> open(bytes("{\"endpoint\":\"ask\"}"), "gzip"))
                    .isInstanceOf(InvalidInput.class);
        }
    }

    @Nested
    class Bounds {

        @Test
        void letTheLargestBodyPass() throws IOException {
            assertThat(open(new byte[MOST], null).readAllBytes()).hasSize(MOST);
            assertThat(open(gzip(new byte[MOST]), "gzip").readAllBytes()).hasSize(MOST);
        }

        @Test
        void stopAtOneByteMore() {
            assertThatThrownBy(() -> open(new byte[MOST + 1], null).readAllBytes())
                    .isInstanceOf(BodyTooLarge.class);
        }

        @Test
        void stopAtOneByteMoreUnpacked() {
            byte[] bomb = gzip(new byte[100 * MOST]);

            assertThat(bomb).hasSizeLessThan(MOST);
            assertThatThrownBy(() -> open(bomb, "gzip").readAllBytes()).isInstanceOf(BodyTooLarge.class);
        }

        /** The name of a file in a head of gzip may be of any length, and unpacks to nothing. */
        @Test
        void stopAtOneByteMoreAsSent() {
            byte[] headWithName = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};
            var name = new Repeated(bytes("name"));
            var sent = new SequenceInputStream(new ByteArrayInputStream(headWithName), name);

            assertThatThrownBy(() -> open(sent, "gzip")).isInstanceOf(BodyTooLarge.class);
            assertThat(name.bytes).isLessThan(2 * MOST);
        }

        @Test
        void stopAtOneByteMoreInUtf8() {
            byte[] latin = "é".repeat(MOST / 2 + 1).getBytes(StandardCharsets.ISO_8859_1);

            assertThatThrownBy(() -> open(latin, "iso-8859-1", null).readAllBytes())
                    .isInstanceOf(BodyTooLarge.class);
        }
    }

    @Nested
    class Charsets {

        @ParameterizedTest
        @ValueSource(strings = {"utf-8", "UTF8", "iso-8859-1", "windows-1252", "utf-16", "utf-16le", "utf-32"})
        void areAllReadAsUtf8(String charset) throws IOException {
            byte[] sent = "{\"é\":\"ü\"}".getBytes(Charset.forName(charset));

            assertThat(open(sent, charset, null).readAllBytes()).isEqualTo(bytes("{\"é\":\"ü\"}"));
        }

        /** Of every length, so that a pair of surrogates lies on every border there is. */
        @Test
        void keepPairsOfSurrogatesWhole() throws IOException {
            for (String before : new String[] {"", "x"}) {
                String rockets = before + "\uD83D\uDE80".repeat(10_000);

                byte[] read = open(rockets.getBytes(StandardCharsets.UTF_16), "utf-16", null)
                        .readAllBytes();

                assertThat(new String(read, StandardCharsets.UTF_8)).isEqualTo(rockets);
            }
        }

        @Test
        void refuseWhatTheyDoNotKnow() {
            byte[] halfAPair = {0x00, 0x7b, (byte) 0xd8, 0x3d};

            assertThatThrownBy(() -> open(halfAPair, "utf-16be", null).readAllBytes())
                    .isInstanceOf(InvalidInput.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"klingon", "", "!"})
        void refuseTheUnknown(String charset) {
            assertThatThrownBy(() -> open(bytes("{}"), charset, null)).isInstanceOf(UnsupportedCharset.class);
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "gzip")
    void tellACallerWhoHungUpFromOneWhoIsWrong(String encoding) {
        var hangsUp = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        var sent = new SequenceInputStream(new ByteArrayInputStream(gzip("x"), 0, 12), hangsUp);

        assertThatThrownBy(() -> open(sent, encoding).readAllBytes()).isInstanceOf(UncheckedIOException.class);
    }

    private static InputStream open(byte[] sent, String encoding) {
        return open(new ByteArrayInputStream(sent), encoding);
    }

    private static InputStream open(InputStream sent, String encoding) {
        return SentBytes.open(sent, encoding, null, MOST);
    }

    private static InputStream open(byte[] sent, String charset, String encoding) {
        var type = new MediaType("application", "json", Map.of("charset", charset));
        return SentBytes.open(new ByteArrayInputStream(sent), encoding, type, MOST);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) {
        return gzip(bytes(text));
    }

    private static byte[] gzip(byte[] plain) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return packed.toByteArray();
    }
}
