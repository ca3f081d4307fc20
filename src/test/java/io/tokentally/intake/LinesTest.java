package io.tokentally.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LinesTest {

    @Test
    void areHandedOutBeforeTheNextIsAskedFor() throws IOException {
        var endless = new Repeated("line\n".getBytes(StandardCharsets.US_ASCII));

        var first = new Lines(endless).next();

        assertThat(first)
                .isInstanceOfSatisfying(
                        Lines.Text.class,
                        text -> assertThat(text.utf8()).asString().isEqualTo("line"));
        assertThat(endless.bytes).isLessThanOrEqualTo(16 * 1024);
    }

    /** Longer than an array may be: whoever kept it would fail. */
    @Test
    void areNotKeptWhenTheyAreTooLong() throws IOException {
        long huge = 1L << 31;
        var garbage = new Repeated(new byte[] {'x'}) {
            @Override
            public int read(byte[] into, int offset, int length) {
                bytes += length;
                return bytes > huge ? -1 : length;
            }
        };
        var lines = new Lines(followedBy(garbage, "\nnext"));

        assertThat(lines.next()).isEqualTo(new Lines.TooLong());
        assertThat(lines.next()).isInstanceOf(Lines.Text.class);
        assertThat(lines.next()).isNull();
    }

    private static InputStream followedBy(InputStream first, String second) {
        return new SequenceInputStream(first, new ByteArrayInputStream(second.getBytes(StandardCharsets.US_ASCII)));
    }
}
