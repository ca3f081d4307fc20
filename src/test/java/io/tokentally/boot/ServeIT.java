package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.testing.LocalProvider;
import io.tokentally.testing.ProviderGuide;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwk.PublicJsonWebKey;
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

    private static final ProviderGuide KEYCLOAK = ProviderGuide.of("Keycloak");
    private static final PublicJsonWebKey THEIR_KEY = LocalProvider.key("theirs", "RS256");

    private static LocalProvider provider;
    static ServeProcess serve;
    static int port;

    @BeforeAll
    static void start() throws IOException {
        provider = new LocalProvider();
        port = ServeProcess.freePort();
        serve = ServeProcess.startAsNewcomer(home, port, Map.of());
    }

    @AfterAll
    static void close() throws InterruptedException {
        serve.close();
        provider.close();
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
    void letsInWhoeverOpensTheLinkItPrintedOnce() throws Exception {
        String code = linkIn(serve.output());

        assertThat(signIn(code)).isEqualTo(200);
        assertThat(signIn(code)).isEqualTo(410);
        assertThat(signIn(linkIn(ServeProcess.run(home, "link").out()))).isEqualTo(200);
    }

    private static String linkIn(String said) {
        Matcher link = Pattern.compile("/admin#sign-in=(\\S+)").matcher(said);
        assertThat(link.find()).as("a link was printed").isTrue();
        return link.group(1);
    }

    private static int signIn(String code) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(serve.url() + "/api/sign-in"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"code\":\"" + code + "\"}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
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
    @Order(1)
    void refusesAnIdentityProviderWithoutItsIssuer(@TempDir Path otherHome) throws Exception {
        assertThat(ServeProcess.run(
                                otherHome,
                                Map.of(ProviderGuide.LOCATION, "https://id.example/jwks.json"),
                                "serve",
                                "--port",
                                String.valueOf(ServeProcess.freePort()))
                        .err())
                .isEqualTo("tokentally: An identity provider's key is configured and not its issuer; set"
                        + " MP_JWT_VERIFY_ISSUER to the iss of its access tokens.\n");
    }

    @Test
    @Order(1)
    void believesItsNewKeyAndItsOldOneWhileItServes() throws Exception {
        String before = serve.accessToken("--tenant", "acme", "--role", "admin");
        ServeProcess.Ran rotated = ServeProcess.run(home, "keys", "rotate");
        assertThat(rotated.out()).contains("  signs\n").contains("  counts until ");

        assertThat(stats(serve.accessToken("--tenant", "acme", "--role", "admin")))
                .isEqualTo(200);
        assertThat(stats(before)).isEqualTo(200);
    }

    @Test
    @Order(2)
    void servesAgainAfterItWasKilled() throws Exception {
        serve.kill();
        serve = ServeProcess.start(home, port, besideAnIdentityProvider());
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
    @Order(3)
    void believesTheIdentityProviderOnceTheOperatorMadeTheTenant() throws Exception {
        String theirs = LocalProvider.signed(LocalProvider.goodNow(KEYCLOAK.token()), THEIR_KEY);
        String event = "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}";
        assertThat(post("/api/usage/events", theirs, event)).isEqualTo(403);

        String ours = serve.accessToken("--role", "platform-admin");
        assertThat(post("/api/tenants", ours, "{\"id\":\"acme\"}")).isEqualTo(201);

        assertThat(post("/api/usage/events", theirs, event)).isEqualTo(201);
        assertThat(stats(theirs)).isEqualTo(200);
        assertThat(stats(theirs.replaceFirst("[^.]+$", "AAAA"))).isEqualTo(401);
    }

    private static Map<String, String> besideAnIdentityProvider() {
        provider.publish(THEIR_KEY);
        Map<String, String> settings = KEYCLOAK.settingsFor(provider.jwksUrl());
        settings.put("TOKENTALLY_IDENTITY_ALLOW_OWN_KEYS", "true");
        settings.putAll(BROWSERS);
        return settings;
    }

    private static int stats(String accessToken) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(serve.url() + "/api/usage/stats")), accessToken);
    }

    private static int post(String path, String accessToken, String body) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(serve.url() + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                accessToken);
    }

    private static int send(HttpRequest.Builder request, String accessToken) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            request.header("Authorization", "Bearer " + accessToken)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
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
