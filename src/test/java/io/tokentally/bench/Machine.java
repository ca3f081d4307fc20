package io.tokentally.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * What the figures depend on beside the program.
 *
 * @param syncsPerSecond how often a file on the database's disk can be overwritten and made durable
 */
record Machine(int cores, long syncsPerSecond, String postgres, String java) {

    /** @param folder on the database's disk */
    static Machine measuredIn(Path folder, String postgres) throws IOException {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                syncsPerSecond(folder),
                postgres,
                System.getProperty("java.vendor") + " " + Runtime.version());
    }

    @Override
    public String toString() {
        return "%d cores · %,d syncs/s of 8 KiB · PostgreSQL %s · JDK %s"
                .formatted(cores, syncsPerSecond, postgres, java);
    }

    private static long syncsPerSecond(Path folder) throws IOException {
        Path file = folder.resolve("sync");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            syncsIn(channel, Duration.ofMillis(200));
            return syncsIn(channel, Duration.ofSeconds(1));
        }
    }

    // As PostgreSQL writes its log on Linux: a whole block over an old one, then fdatasync.
    private static long syncsIn(FileChannel channel, Duration time) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(8192);
        long until = System.nanoTime() + time.toNanos();
        long syncs = 0;
        while (System.nanoTime() < until) {
            channel.write(block.clear(), 0);
            channel.force(false);
            syncs++;
        }
        return syncs * 1_000_000_000 / time.toNanos();
    }
}
