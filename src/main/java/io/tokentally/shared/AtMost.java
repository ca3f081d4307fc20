package io.tokentally.shared;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that is refused as soon as it turns out longer than it may be. Closing it leaves the request open. */
public final class AtMost extends FilterInputStream {

    private final long mostBytes;
    private long bytes;

    public AtMost(long mostBytes, InputStream in) {
        super(in);
        this.mostBytes = mostBytes;
    }

    @Override
    public int read() throws IOException {
        int next = in.read();
        count(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() {
        // whoever opened the request ends it
    }

    private void count(int read) {
        bytes += read;
        if (bytes > mostBytes) {
            throw new BodyTooLarge();
        }
    }
}
