package io.tokentally.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One process at a time works in a data folder. The operating system lets go of the lock however the process ends. */
final class FolderLock implements AutoCloseable {

    /**
     * Closing any channel of a file drops every lock this process has on it, so a file this process has locked is
     * never opened a second time.
     */
    private static final Map<Path, String> HELD_HERE = new ConcurrentHashMap<>();

    /** Somebody else works in the folder. */
    static final class InUse extends StartRefused {

        private static final String AT = " at ";

        private final String holder;

        InUse(DataFolder folder, String holder) {
            super("The data folder %s is in use by %s; stop that one, or set TOKENTALLY_HOME to a folder of its own."
                    .formatted(folder.home(), holder));
            this.holder = holder;
        }

        /** Where the holder answers; empty if it does not say. */
        Optional<String> address() {
            return addressIn(holder);
        }

        private static Optional<String> addressIn(String holder) {
            int at = holder.indexOf(AT);
            return at < 0 ? Optional.empty() : Optional.of(holder.substring(at + AT.length()));
        }
    }

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * @param address where the holder answers, told to whoever comes second; may be empty
     * @throws InUse when somebody else holds it
     */
    static FolderLock take(DataFolder folder, String address) {
        Path file = folder.lock();
        String holder = "process " + ProcessHandle.current().pid() + (address.isEmpty() ? "" : InUse.AT + address);
        String earlier = HELD_HERE.putIfAbsent(file, holder);
        if (earlier != null) {
            throw new InUse(folder, earlier);
        }
        try {
            return new FolderLock(file, lockedChannel(folder, holder));
        } catch (IOException e) {
            HELD_HERE.remove(file);
            throw new StartRefused(
                    "The data folder %s cannot be locked (%s).".formatted(folder.home(), Reason.of(e)), e);
        } catch (StartRefused e) {
            HELD_HERE.remove(file);
            throw e;
        }
    }

    /** Where whoever holds the folder answers, or who held it last; empty if nobody said. */
    static Optional<String> lastAddress(DataFolder folder) {
        String heldHere = HELD_HERE.get(folder.lock());
        if (heldHere != null) {
            return InUse.addressIn(heldHere);
        }
        try {
            return InUse.addressIn(Files.readString(folder.lock()).strip());
        } catch (IOException nobodyYet) {
            return Optional.empty();
        }
    }

    private static FileChannel lockedChannel(DataFolder folder, String holder) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            try (channel) {
                throw new InUse(folder, holderNamedIn(channel));
            }
        }
        channel.truncate(0).write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
        return channel;
    }

    private static String holderNamedIn(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(500);
        channel.read(content, 0);
        String holder = StandardCharsets.UTF_8.decode(content.flip()).toString().strip();
        return holder.isEmpty() ? "another process" : holder;
    }

    @Override
    public void close() {
        try (channel) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(file);
        }
    }
}
