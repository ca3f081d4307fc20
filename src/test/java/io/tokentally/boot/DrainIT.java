package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service is told to stop (SIGTERM) while clients go on sending over connections that stay open. */
class DrainIT {

    private static final int SENDERS = 16;
    private static final Map<String, String> LONGER_THAN_ANY_REQUEST = Map.of("QUARKUS_SHUTDOWN_TIMEOUT", "120S");
    private static final String CUT = "Timed out waiting for graceful shutdown";

    /** What became of one event. */
    private record Sent(String event, int status, String body, boolean closes) {

        boolean isRecorded() {
            return status == 201 && body.startsWith("{\"success\":true") && body.endsWith("}");
        }

        boolean isRefused() {
            return status == 503 && closes && body.contains("\"code\":\"shutting_down\"") && body.endsWith("}");
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path home;

    private ServeProcess serve;
    private String service;

    @BeforeEach
    void start() throws Exception {
        serve = ServeProcess.start(home, ServeProcess.freePort(), LONGER_THAN_ANY_REQUEST);
        service = serve.accessToken("--tenant", "acme", "--role", "service");
    }

    @AfterEach
    void close() throws InterruptedException {
        serve.close();
    }

    @Test
    void answersEveryRequestWholeWhileClientsGoOnSending() throws Exception {
        var sent = new ConcurrentLinkedQueue<>(List.of(post("first")));
        var warm = new CountDownLatch(300);
        CompletableFuture<Integer> exit;
        try (var senders = Executors.newFixedThreadPool(SENDERS)) {
            for (int sender = 0; sender < SENDERS; sender++) {
                String name = "sender-" + sender;
                senders.submit(() -> sendUntilNobodyListens(name, sent, warm));
            }
            warm.await();
            exit = CompletableFuture.supplyAsync(this::stop);
        }
        assertThat(exit.join()).isEqualTo(143);
        assertThat(serve.output()).contains("stopped in").doesNotContain(CUT).doesNotContain("ERROR");
        assertThat(sent).allMatch(one -> one.isRecorded() || one.isRefused());

        serve = ServeProcess.start(home, ServeProcess.freePort());
        assertThat(new FolderDatabase(home).events("acme")).containsExactlyInAnyOrderElementsOf(recorded(sent));
    }

    @Test
    void finishesWhatIsOnItsWayAndRefusesWhatComesAfter() throws Exception {
        CompletableFuture<Sent> onItsWay;
        CompletableFuture<Integer> exit;
        assertThat(post("first").isRecorded()).isTrue();
        try (Connection lock = new FolderDatabase(home).asSuperuser()) {
            lock.setAutoCommit(false);
            lock.createStatement().execute("lock table user_api_usage in share mode");
            onItsWay = CompletableFuture.supplyAsync(() -> postUnchecked("second"));
            awaitWriterBehind(lock);

            exit = CompletableFuture.supplyAsync(this::stop);
            assertThat(firstAnswerThatIsNotTheServiceAtWork().isRefused()).isTrue();
            lock.rollback();
        }
        assertThat(onItsWay.join().isRecorded()).isTrue();
        assertThat(exit.join()).isEqualTo(143);
        assertThat(serve.output()).doesNotContain(CUT);
    }

    private Void sendUntilNobodyListens(String name, Collection<Sent> sent, CountDownLatch warm) throws Exception {
        try {
            for (int number = 0; ; number++) {
                sent.add(post(name + "-" + number));
                warm.countDown();
            }
        } catch (IOException nobodyListens) {
            return null;
        }
    }

    /** Asks until SIGTERM has come through. */
    private Sent firstAnswerThatIsNotTheServiceAtWork() throws Exception {
        HttpRequest health = HttpRequest.newBuilder(URI.create(serve.url() + "/q/health/live"))
                .build();
        Sent answer;
        do {
            answer = send("health", health);
        } while (answer.status == 200);
        return answer;
    }

    private static void awaitWriterBehind(Connection lock) throws SQLException {
        boolean waits = false;
        while (!waits) {
            try (ResultSet rows = lock.createStatement().executeQuery("select from pg_locks where not granted")) {
                waits = rows.next();
            }
        }
    }

    private Sent postUnchecked(String event) {
        try {
            return post(event);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Sent post(String event) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(serve.url() + "/api/usage/events"))
                .header("Authorization", "Bearer " + service)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"user_id":1,"endpoint":"chat","model":"gpt-4o-mini","prompt_tokens":10,\
                        "completion_tokens":1,"event_id":"%s"}""".formatted(event)))
                .build();
        return send(event, request);
    }

    private Sent send(String event, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        List<String> connection = response.headers().allValues("Connection");
        return new Sent(event, response.statusCode(), response.body(), connection.equals(List.of("close")));
    }

    private static List<String> recorded(Collection<Sent> sent) {
        return sent.stream().filter(Sent::isRecorded).map(Sent::event).toList();
    }

    private int stop() {
        try {
            return serve.stop();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
