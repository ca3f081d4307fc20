package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two services on one database; no limit is passed, no sum is lost, and they never lock each other out. */
class TwoReplicasIT {

    private static final int CALLERS = 64;
    private static final int CALLS_LEFT = 1_000;
    private static final int ATTEMPTS = 1_400;
    private static final int WRITERS = 16;
    private static final int USERS = 10;

    private record Answer(int status, JsonNode body) {}

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger turns = new AtomicInteger();

    @TempDir
    Path home;

    @TempDir
    Path secondHome;

    private ServeProcess first;
    private ServeProcess second;
    private String service;
    private String admin;

    @BeforeEach
    void start() throws Exception {
        first = ServeProcess.start(home, ServeProcess.freePort());
        Files.createSymbolicLink(secondHome.resolve("keys"), home.resolve("keys"));
        second = ServeProcess.start(secondHome, ServeProcess.freePort(), databaseOfTheFirst());
        service = first.accessToken("--tenant", "acme", "--role", "service");
        admin = first.accessToken("--tenant", "acme", "--role", "admin");
    }

    @AfterEach
    void close() throws InterruptedException {
        try {
            second.close();
        } finally {
            first.close();
        }
    }

    @Test
    void grantExactlyWhatIsLeft() throws Exception {
        expect(200, send("PUT", "/api/users/hot", admin, """
                {"tier":"unlimited","limits":{"maxMonthlyCalls":%d}}""".formatted(CALLS_LEFT)));

        List<Answer> answers = atOnce(CALLERS, ATTEMPTS, () -> patiently(() -> reserve("hot")));

        assertThat(answers.stream().map(Answer::status).distinct()).containsExactlyInAnyOrder(201, 429);
        assertThat(granted(answers)).hasSize(CALLS_LEFT).doesNotHaveDuplicates();
        assertThat(answers)
                .filteredOn(answer -> answer.status == 429)
                .allSatisfy(TwoReplicasIT::expectNumbersThatAddUp);
        expectTheTruth();
    }

    @Test
    void writeAllKindsSideBySide() throws Exception {
        for (int user = 0; user < USERS; user++) {
            expect(200, send("PUT", "/api/users/user-" + user, admin, "{\"tier\":\"pro\"}"));
        }
        Instant end = Instant.now().plus(Duration.ofSeconds(mixedSeconds()));
        List<Integer> writers = IntStream.range(0, WRITERS).boxed().toList();
        var written = new ArrayList<Future<Integer>>();
        try (var threads = Executors.newFixedThreadPool(WRITERS)) {
            writers.forEach(writer -> written.add(threads.submit(() -> writeUntil(end, writer))));
        }
        int requests = results(written).stream().mapToInt(Integer::intValue).sum();
        System.out.printf("Mixed writers: %d requests in %d s%n", requests, mixedSeconds());
        assertThat(requests).isPositive();
        expectTheTruth();
    }

    private int writeUntil(Instant end, int writer) throws Exception {
        var random = new Random(writer);
        int requests = 0;
        for (int number = 0; Instant.now().isBefore(end); number++) {
            String event = "e-" + writer + "-" + number;
            String user = "user-" + random.nextInt(USERS);
            requests += switch (random.nextInt(5)) {
                case 0 -> record(event, user);
                case 1 -> recordMany(event, random);
                case 2 -> recordTwice(event, user);
                case 3 -> reserveAndSettle(event, user);
                default -> reserveAndRelease(user);
            };
        }
        return requests;
    }

    private int record(String event, String user) throws Exception {
        expect(201, post("/api/usage/events", event(event, user, "")));
        return 1;
    }

    private int recordMany(String event, Random random) throws Exception {
        List<String> events = IntStream.range(0, 20)
                .mapToObj(i -> event(event + "-" + i, "user-" + random.nextInt(USERS), ""))
                .toList();
        Answer answer = post("/api/usage/events", "[" + String.join(",", events) + "]");
        expect(200, answer);
        // what a "come back later" had already written is a duplicate the second time
        assertThat(answer.body.at("/data/recorded").asInt()
                        + answer.body.at("/data/duplicates").asInt())
                .isEqualTo(20);
        return 1;
    }

    private int recordTwice(String event, String user) throws Exception {
        String sent = event(event, user, "");
        expect(201, post("/api/usage/events", sent));
        expect(200, post("/api/usage/events", sent));
        return 2;
    }

    private int reserveAndSettle(String event, String user) throws Exception {
        Optional<String> reservation = reservation(user);
        if (reservation.isPresent()) {
            String settling = ",\"reservation_id\":\"%s\"".formatted(reservation.get());
            expect(201, post("/api/usage/events", event(event, user, settling)));
            expect(409, patiently(() -> send("DELETE", reservationPath(reservation.get()), service, "")));
        }
        return 3;
    }

    private int reserveAndRelease(String user) throws Exception {
        Optional<String> reservation = reservation(user);
        if (reservation.isPresent()) {
            expect(204, patiently(() -> send("DELETE", reservationPath(reservation.get()), service, "")));
        }
        return 2;
    }

    /** Empty when the user's month is used up. */
    private Optional<String> reservation(String user) throws Exception {
        Answer answer = patiently(() -> reserve(user));
        assertThat(answer.status).isIn(201, 429);
        return Optional.of(answer).filter(a -> a.status == 201).map(TwoReplicasIT::reservationId);
    }

    private Answer reserve(String user) throws Exception {
        return send("POST", "/api/usage/reservations", service, """
                {"user_id":"%s","model":"gpt-4o-mini","prompt_tokens":10,"max_completion_tokens":10}""".formatted(user));
    }

    private static String event(String event, String user, String more) {
        return """
                {"user_id":"%s","session_id":"s-%s","endpoint":"chat","model":"gpt-4o-mini","prompt_tokens":7,\
                "completion_tokens":3,"event_id":"%s"%s}""".formatted(user, user, event, more);
    }

    private static String reservationId(Answer granted) {
        return granted.body.at("/data/reservation_id").asText();
    }

    private static String reservationPath(String id) {
        return "/api/usage/reservations/" + id;
    }

    private static List<String> granted(List<Answer> answers) {
        return answers.stream()
                .filter(answer -> answer.status == 201)
                .map(TwoReplicasIT::reservationId)
                .toList();
    }

    private static void expectNumbersThatAddUp(Answer refused) {
        assertThat(refused.body.get("code").asText()).isEqualTo("quota_exceeded");
        assertThat(refused.body.at("/usage/calls").asLong()
                        + refused.body.at("/held/calls").asLong())
                .isEqualTo(CALLS_LEFT);
        assertThat(refused.body.at("/limits/maxMonthlyCalls").asLong()).isEqualTo(CALLS_LEFT);
        assertThat(refused.body.at("/available/calls").asLong(-1)).isZero();
    }

    private void expectTheTruth() throws Exception {
        var database = new FolderDatabase(home);
        assertThat(database.number("select deadlocks from pg_stat_database where datname = 'tokentally'"))
                .isZero();
        assertThat(home.resolve("postgresql.log")).content().doesNotContain("deadlock detected");
        assertThat(database.differences("acme")).isEmpty();
        assertThat(database.number("""
                select count(*) from (
                    select sum(held_calls) as held from reservation where state = 'held'
                    except
                    select nullif(sum(held_calls), 0) from tenant_balance) difference""")).isZero();
    }

    private <T> List<T> atOnce(int callers, int times, Callable<T> call) throws Exception {
        var answers = new ArrayList<Future<T>>();
        try (var threads = Executors.newFixedThreadPool(callers)) {
            for (int time = 0; time < times; time++) {
                answers.add(threads.submit(call));
            }
        }
        return results(answers);
    }

    private static <T> List<T> results(List<Future<T>> futures) throws Exception {
        var results = new ArrayList<T>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    private Answer post(String path, String body) throws Exception {
        return patiently(() -> send("POST", path, service, body));
    }

    /** Does what a 503 asks for. */
    private static Answer patiently(Callable<Answer> call) throws Exception {
        Answer answer;
        do {
            answer = call.call();
        } while (answer.status == 503);
        return answer;
    }

    private static void expect(int status, Answer answer) {
        assertThat(answer.status).as(() -> String.valueOf(answer.body)).isEqualTo(status);
    }

    /** To the two replicas by turns. */
    private Answer send(String method, String path, String accessToken, String body)
            throws IOException, InterruptedException {
        ServeProcess replica = turns.getAndIncrement() % 2 == 0 ? first : second;
        HttpRequest request = HttpRequest.newBuilder(URI.create(replica.url() + path))
                .header("Authorization", "Bearer " + accessToken)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(2))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        return new Answer(answer.statusCode(), json.readTree(answer.body()));
    }

    private Map<String, String> databaseOfTheFirst() throws IOException {
        var database = new FolderDatabase(home);
        EmbeddedLogins logins = database.logins();
        return Map.of(
                "TOKENTALLY_DATABASE_URL", database.url(),
                "TOKENTALLY_DATABASE_USER", logins.app().user(),
                "TOKENTALLY_DATABASE_PASSWORD", logins.app().password(),
                "TOKENTALLY_DATABASE_OWNER_USER", logins.owner().user(),
                "TOKENTALLY_DATABASE_OWNER_PASSWORD", logins.owner().password());
    }

    private static int mixedSeconds() {
        return Integer.parseInt(System.getenv().getOrDefault("TOKENTALLY_MIXED_SECONDS", "3"));
    }
}
