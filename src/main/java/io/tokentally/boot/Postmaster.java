package io.tokentally.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The server process that {@code postmaster.pid} names.
 *
 * @param port 0 if the server had not come so far as to say it
 */
record Postmaster(ProcessHandle process, int port) {

    /** Larger than any process id, so no process has it. */
    private static final String NOBODY = "2147483646";

    /**
     * The live server of this cluster, if an earlier run left one.
     *
     * <p>After a reboot another process may have the id in the file, and PostgreSQL would take that one for a server and
     * refuse to start. Then the id, and only the id, is replaced: the rest of the file lets PostgreSQL still see a
     * lost server's last sessions by their shared memory.
     */
    static Optional<Postmaster> leftIn(Path cluster) throws IOException {
        Path file = cluster.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        Optional<ProcessHandle> process = processIn(lines).filter(ProcessHandle::isAlive);
        if (process.isPresent() && !serves(process.get(), cluster)) {
            disown(file, lines);
            return Optional.empty();
        }
        return process.map(p -> new Postmaster(p, portIn(lines)));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Optional<Path> program() {
        return process.info().command().map(Path::of);
    }

    private static Optional<ProcessHandle> processIn(List<String> lines) {
        return lines.stream()
                .findFirst()
                .map(line -> number(line))
                .filter(pid -> pid > 0)
                .flatMap(ProcessHandle::of);
    }

    private static int portIn(List<String> lines) {
        return lines.size() < 4 ? 0 : (int) number(lines.get(3));
    }

    private static long number(String line) {
        return line.strip().matches("\\d{1,10}") ? Long.parseLong(line.strip()) : 0;
    }

    private static boolean serves(ProcessHandle process, Path cluster) {
        ProcessHandle.Info info = process.info();
        return info.command().filter(c -> Path.of(c).endsWith("postgres")).isPresent()
                && Stream.of(info.arguments().orElse(new String[0])).anyMatch(a -> isSame(Path.of(a), cluster));
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return one.isAbsolute() && Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    private static void disown(Path file, List<String> lines) throws IOException {
        Stream<String> rest = lines.stream().skip(1);
        PrivateFiles.write(
                file, String.join("\n", Stream.concat(Stream.of(NOBODY), rest).toList()) + "\n");
    }
}
