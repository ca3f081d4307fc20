package io.tokentally.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A pgbouncer of this machine in transaction mode: after each transaction the server's session goes to whoever waits. */
record PgBouncer(int port, Process process) implements AutoCloseable {

    /** Few enough that everybody shares them all the time. */
    static final int SESSIONS = 2;

    static Optional<Path> program() {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin:/opt/homebrew/bin";
        return Stream.of(path.split(":"))
                .map(folder -> Path.of(folder, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Whoever comes in is this login there, without a password. */
    static PgBouncer start(Path program, Path folder, int serverPort, Login login) throws IOException {
        int port = ServeProcess.freePort();
        Path settings = Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                * = host=127.0.0.1 port=%d user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = %d
                """.formatted(
                        serverPort, login.user(), login.password(), port, SESSIONS));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if (System.getProperty("user.name").equals("root")) { // as which it refuses to run
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(settings.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        awaitStart(process.inputReader());
        return new PgBouncer(port, process);
    }

    @Override
    public void close() throws InterruptedException {
        process.toHandle().destroy(); // Process.destroy would close our ears first
        process.waitFor();
    }

    private static void awaitStart(BufferedReader said) throws IOException {
        var lines = new ArrayList<String>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines.add(line);
            if (line.contains("process up")) {
                Thread.ofVirtual().start(() -> said.lines().forEach(ignored -> {}));
                return;
            }
        }
        throw new AssertionError("pgbouncer did not start:\n" + String.join("\n", lines));
    }
}
