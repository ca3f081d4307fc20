package io.tokentally.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Files and folders for their owner only, complete or absent whenever the machine stops. */
final class PrivateFiles {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE = permissions("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER = permissions("rwx------");

    private PrivateFiles() {}

    static void write(Path file, String content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        try (FileChannel channel = FileChannel.open(
                unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY_FILE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        rename(unfinished, file);
    }

    /** Makes the folder if it is not there. */
    static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, OWNER_ONLY_FOLDER);
        } catch (FileAlreadyExistsException there) {
            if (!Files.isDirectory(folder)) {
                throw there;
            }
        }
    }

    static Path newFolderBeside(Path folder) throws IOException {
        return Files.createTempDirectory(folder.getParent(), folder.getFileName() + ".new-", OWNER_ONLY_FOLDER);
    }

    /** Lasting when it returns. A folder with content in the target's place is an error. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(to.getParent(), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    /** Runs {@code work} while no other process, and no other thread of this one, does so under the same lock file. */
    static synchronized <T> T alone(Path lock, IoWork<T> work) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY_FILE);
                FileLock held = channel.lock()) {
            return work.run();
        }
    }

    interface IoWork<T> {

        T run() throws IOException;
    }

    /** The first of several makers wins; the others' work is dropped. */
    static void renameUnlessThere(Path from, Path to) throws IOException {
        try {
            rename(from, to);
        } catch (IOException e) {
            deleteAll(from);
            if (!Files.isDirectory(to)) {
                throw e;
            }
        }
    }

    static void deleteUnfinishedBeside(Path folder) throws IOException {
        try (Stream<Path> siblings = Files.list(folder.getParent())) {
            for (Path sibling : siblings.filter(s -> isUnfinished(s, folder)).toList()) {
                deleteAll(sibling);
            }
        }
    }

    private static boolean isUnfinished(Path sibling, Path folder) {
        return sibling.getFileName().toString().startsWith(folder.getFileName() + ".new-");
    }

    static void deleteAll(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
