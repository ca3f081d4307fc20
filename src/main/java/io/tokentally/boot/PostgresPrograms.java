package io.tokentally.boot;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The programs of PostgreSQL, unpacked once from the archive on the class path that fits this platform. */
final class PostgresPrograms {

    static final String VERSION = "18.6";
    static final String MAJOR_VERSION = VERSION.substring(0, VERSION.indexOf('.'));

    private final Path folder;
    private final List<String> prefix;

    private PostgresPrograms(Path folder, List<String> prefix) {
        this.folder = folder;
        this.prefix = prefix;
    }

    static PostgresPrograms in(Path folder) {
        if (!Files.isDirectory(folder)) {
            unpack(archiveFor(platform()), folder);
        }
        return new PostgresPrograms(folder, prefix());
    }

    Command command(String program, Object... arguments) {
        List<String> words = new ArrayList<>(prefix);
        words.add(folder.resolve("bin").resolve(program).toString());
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return new Command(words);
    }

    boolean contain(Path program) {
        return program.startsWith(folder) || program.startsWith(real(folder));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }

    // PostgreSQL refuses to run as root. In a user namespace of its own it is nobody, with root's files still its own.
    private static List<String> prefix() {
        if (!System.getProperty("user.name").equals("root")) {
            return List.of();
        }
        if (!new Command(List.of("unshare", "-U", "true")).succeeds()) {
            throw new StartRefused("PostgreSQL does not run as root, and this system has no user namespaces to hide"
                    + " root from it; start Tokentally as another user, or set TOKENTALLY_DATABASE_URL.");
        }
        return List.of("unshare", "-U");
    }

    private static String platform() {
        String musl = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        return operatingSystem() + "-" + architecture() + musl;
    }

    private static String operatingSystem() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name;
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
    }

    private static InputStream archiveFor(String platform) {
        InputStream archive = PostgresPrograms.class.getResourceAsStream("/postgres-" + platform + ".txz");
        if (archive == null) {
            throw new StartRefused("No PostgreSQL for %s comes with Tokentally; set TOKENTALLY_DATABASE_URL to one."
                    .formatted(platform));
        }
        return archive;
    }

    private static void unpack(InputStream archive, Path folder) {
        try (archive) {
            Files.createDirectories(folder.getParent());
            Path unfinished = PrivateFiles.newFolderBeside(folder);
            unpackInto(unfinished, archive);
            PrivateFiles.renameUnlessThere(unfinished, folder);
        } catch (IOException e) {
            throw new StartRefused("PostgreSQL cannot be unpacked to %s (%s).".formatted(folder, Reason.of(e)), e);
        }
    }

    private static void unpackInto(Path folder, InputStream archive) throws IOException {
        try (var entries = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry; (entry = entries.getNextEntry()) != null; ) {
                unpack(entry, entries, folder);
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path folder) throws IOException {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
            throw new IOException("the archive points outside itself: " + entry.getName());
        }
        Files.createDirectories(entry.isDirectory() ? path : path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(content, path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode(entry)));
        }
    }

    private static String mode(TarArchiveEntry entry) {
        return (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
    }
}
