package io.tokentally.intake;

import java.io.InputStream;

/** The same bytes again and again, without end; counts how many were asked for. */
class Repeated extends InputStream {

    long bytes;

    private final byte[] pattern;

    Repeated(byte[] pattern) {
        this.pattern = pattern;
    }

    @Override
    public int read() {
        return pattern[(int) (bytes++ % pattern.length)] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        for (int i = 0; i < length; i++) {
            into[offset + i] = (byte) read();
        }
        return length;
    }
}
