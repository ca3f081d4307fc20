package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One life of one installation, in the order a newcomer may live it; each start costs seconds, so tests share it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServeIT {

    private static final Map<String, String> BROWSERS = Map.of(
            "QUARKUS_HTTP_CORS_ENABLED", "true",
            "QUARKUS_HTTP_CORS_ORIGINS", "https://usage.example",
            "TOKENTALLY_HTTP_STRICT_TRANSPORT_SECURITY", "max-age=60");

    @TempDir
    static Path home;

    static ServeProcess serve;
    static int port;

    @BeforeAll
    static void start() throws IOException {
        port = ServeProcess.freePort();
        serve = ServeProcess.startAsNewcomer(home, port, Map.of());
    }

    @AfterAll
    static void close() throws InterruptedException {
        serve.close();
    }

    @Test
    @Order(1)
    void saysWhereItIsAndHowToRecordAFirstCall() {
        assertThat(serve.output())
                .contains("Tokentally is ready at " + serve.url())
                .contains("data folder   " + home)
                .contains("token --tenant acme --role admin)")
                .contains("curl " + serve.url() + "/api/usage/events")
                .contains(serve.url() + "/q/swagger-ui");
    }

    @Test
    @Order(1)
    void isHealthy() throws Exception {
        assertThat(serve.get("/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(serve.get("/q/health/ready").body()).contains("\"UP\"");
    }

    @Test
    @Order(1)
    void mintsAnAccessTokenWithoutStartingAnything() throws Exception {
        assertThat(serve.accessToken("--tenant", "acme", "--role", "admin")).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    }

    @Test
    @Order(1)
    void refusesASecondServeOnTheSameFolder() throws Exception {
        assertRefused(
                ServeProcess.run(home, "serve", "--port", String.valueOf(port)),
                "The data folder %s is in use by process %d at %s; stop that one, or set TOKENTALLY_HOME to a folder of its own."
                        .formatted(home, serve.pid(), serve.url()));
    }

    @Test
    @Order(1)
    void refusesAPortInUse(@TempDir Path otherHome) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int takenPort = taken.getLocalPort();
            assertRefused(
                    ServeProcess.run(otherHome, "serve", "--port", String.valueOf(takenPort)),
                    "Port %d on 127.0.0.1 is in use; stop what listens there, or choose another with --port."
                            .formatted(takenPort));
        }
    }

    @Test
    @Order(1)
    void refusesADataFolderThatIsAFile(@TempDir Path parent) throws Exception {
        Path file = Files.createFile(parent.resolve("data"));
        ServeProcess.Ran ran = ServeProcess.run(file, "serve", "--port", String.valueOf(ServeProcess.freePort()));
        assertThat(ran.err()).startsWith("tokentally: The data folder " + file + " cannot be made");
        assertThat(ran.exitCode()).isEqualTo(1);
    }

    @Test
    @Order(2)
    void servesAgainAfterItWasKilled() throws Exception {
        serve.kill();
        serve = ServeProcess.start(home, port, BROWSERS);
        assertThat(serve.get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(3)
    void letsPagesInThatTheOperatorHasNamed() throws Exception {
        assertThat(answerTo("https://usage.example").headers().map())
                .containsEntry("access-control-allow-origin", List.of("https://usage.example"))
                .containsEntry("access-control-allow-credentials", List.of("false"))
                .containsEntry("strict-transport-security", List.of("max-age=60"));
        assertThat(answerTo("https://evil.example").statusCode()).isEqualTo(403);
    }

    private static HttpResponse<String> answerTo(String origin) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(serve.url() + "/api/usage/stats"))
                            .header("Origin", origin)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    @Order(4)
    void stopsTheDatabaseAfterItself() throws Exception {
        serve.stop();
        assertThat(serve.output()).contains("stopped in").doesNotContain("ERROR");
        assertThat(home.resolve("pgdata/postmaster.pid")).doesNotExist();
    }

    private static void assertRefused(ServeProcess.Ran ran, String sentence) {
        assertThat(ran.err()).isEqualTo("tokentally: " + sentence + "\n");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.exitCode()).isEqualTo(1);
    }
}
