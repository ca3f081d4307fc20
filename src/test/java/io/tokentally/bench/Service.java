package io.tokentally.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged product in a process of its own, started by the launcher. */
final class Service implements AutoCloseable {

    private final Process process;
    private final int port;

    private Service(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns once it is ready to serve. Settings of the ledger that this process was given reach it too. */
    static Service start(Map<String, String> settings, Path log) throws IOException, InterruptedException {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(launcher(), "serve", "--port", String.valueOf(port));
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(Service::isOfAnotherInstallation);
        builder.environment().put("TOKENTALLY_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(settings);
        Service service = new Service(builder.start(), port);
        service.awaitReady(log);
        return service;
    }

    int port() {
        return port;
    }

    /** One request, for what is not measured. */
    HttpResponse<String> send(String method, String path, String token, String type, String body)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(uri(path))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", type)
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        Instant patience = Instant.now().plus(Duration.ofMinutes(2));
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!isReady(client)) {
                if (!process.isAlive() || Instant.now().isAfter(patience)) {
                    process.destroyForcibly();
                    throw new IllegalStateException("The service does not start:\n" + Files.readString(log));
                }
                Thread.sleep(100);
            }
        }
    }

    private boolean isReady(HttpClient client) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri("/q/health/ready"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static String launcher() {
        return Path.of(System.getProperty("tokentally.here", "."), "tokentally")
                .toAbsolutePath()
                .toString();
    }

    private static boolean isOfAnotherInstallation(String variable) {
        boolean forUs = variable.startsWith("TOKENTALLY_LEDGER_") || variable.equals("TOKENTALLY_JAVA_OPTIONS");
        return !forUs
                && (variable.startsWith("TOKENTALLY_")
                        || variable.startsWith("QUARKUS_")
                        || variable.startsWith("MP_JWT_"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
