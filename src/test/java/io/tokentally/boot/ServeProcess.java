package io.tokentally.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The packaged product, started by the launcher as a person starts it. Closing it leaves no process behind. */
public final class ServeProcess implements AutoCloseable {

    /** How a launcher's run ended. */
    public record Ran(int exitCode, String out, String err) {}

    private static final String READY = "Ctrl-C stops it.";

    private final Path home;
    private final int port;
    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();
    private final CompletableFuture<String> started = new CompletableFuture<>();

    private ServeProcess(Path home, int port, Process process) {
        this.home = home;
        this.port = port;
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** Returns once the service says it is ready. */
    public static ServeProcess start(Path home, int port, String... words) throws IOException {
        return start(home, port, Map.of(), words);
    }

    /** @param environment settings for it, beside those that {@code home} and {@code port} make */
    public static ServeProcess start(Path home, int port, Map<String, String> environment, String... words)
            throws IOException {
        lendPrograms(home);
        return startAsNewcomer(home, port, environment, words);
    }

    /** Unpacking PostgreSQL takes seconds, and one test of it is enough. */
    private static void lendPrograms(Path home) throws IOException {
        Path shared = Path.of("target", "postgresql-" + PostgresPrograms.VERSION);
        Path own = home.resolve(shared.getFileName());
        if (Files.isDirectory(shared) && !Files.exists(own)) {
            Files.createDirectories(home);
            Files.createSymbolicLink(own, shared.toAbsolutePath());
        }
    }

    /** With nothing but what a fresh clone has. */
    static ServeProcess startAsNewcomer(Path home, int port, Map<String, String> environment, String... words)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("serve", "--port", String.valueOf(port)));
        all.addAll(List.of(words));
        ProcessBuilder launcher = launcher(home, all).redirectErrorStream(true);
        launcher.environment().putAll(environment);
        ServeProcess serve = new ServeProcess(home, port, launcher.start());
        serve.awaitStart();
        return serve;
    }

    /** Runs any word of the launcher to its end. */
    public static Ran run(Path home, String... words) throws IOException, InterruptedException {
        return run(home, Map.of(), words);
    }

    static Ran run(Path home, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        ProcessBuilder launcher = launcher(home, List.of(words));
        launcher.environment().putAll(environment);
        Process process = launcher.start();
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.errorReader()));
        String out = text(process.inputReader());
        return new Ran(process.waitFor(), out, err.join());
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public long pid() {
        return process.pid();
    }

    /** What it has said so far. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** An access token for this installation: {@code "--tenant", "acme", "--role", "admin"}. */
    public String accessToken(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("token"));
        all.addAll(List.of(words));
        return run(home, all.toArray(String[]::new)).out().strip();
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url() + path)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** {@code kill -9}: nothing is said, flushed or stopped, and the database is left running. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, as from Ctrl-C or a service manager. */
    public int stop() throws InterruptedException {
        process.toHandle().destroy(); // Process.destroy would close our ears first
        reader.join();
        return process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        if (Files.exists(home.resolve("pgdata/postmaster.pid"))) { // it was killed, and its database was not
            EmbeddedPostgres.start(home).close();
        }
    }

    private void awaitStart() {
        try {
            started.get(3, TimeUnit.MINUTES);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new AssertionError("serve did not start:\n" + output(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(this::heard);
        } catch (IOException | UncheckedIOException e) {
            started.completeExceptionally(e);
        }
        started.completeExceptionally(new IllegalStateException("it ended"));
    }

    private void heard(String line) {
        synchronized (lines) {
            lines.add(line);
        }
        if (line.equals(READY)) {
            started.complete(line);
        }
    }

    private static ProcessBuilder launcher(Path home, List<String> words) {
        List<String> command =
                new ArrayList<>(List.of(Path.of("tokentally").toAbsolutePath().toString()));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(ServeProcess::configuresUs);
        builder.environment().put("TOKENTALLY_HOME", home.toString());
        builder.environment().put("TOKENTALLY_JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private static boolean configuresUs(String variable) {
        return variable.startsWith("TOKENTALLY_") || variable.startsWith("QUARKUS_") || variable.startsWith("MP_JWT_");
    }

    private static String text(BufferedReader reader) {
        return reader.lines().reduce("", (before, line) -> before + line + "\n");
    }
}
