package io.tokentally.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.fuzz.AnyRequest.Made;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Route;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/**
 * Requests that nobody thought of, on every route of the served document, as everybody. Whatever is sent, the answer is
 * one that the document promises.
 *
 * <p>{@code -Dfuzz.requests=50000} tries longer; {@code -Dfuzz.seed=…} with {@code -Dfuzz.requests=1} sends the one
 * request again that a failure names.
 */
@ApiTest
class FuzzTest {

    /** Without them a route works on all tenants of the installation, and in a suite these are many. */
    static final Set<String> MUST_BE_NAMED = Set.of("tenant");

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 500);
    private static final int MOST_FAILURES = 12;
    private static final int PEOPLE = 5;

    private final Organisation acme = Organisation.fresh();
    private final List<Organisation> victims =
            Stream.generate(Organisation::fresh).limit(PEOPLE).toList();

    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    @Test
    void everyAnswerIsOneThatTheDocumentPromises() throws Exception {
        long first = Long.getLong("fuzz.seed", System.nanoTime());
        JsonNode document = Route.document();
        var failures = new LinkedHashMap<String, String>();
        var statuses = new TreeMap<String, Integer>();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            JqwikSession.run(() -> fuzz(client, document, first, failures, statuses));
        }
        assertThat(failures.values())
                .as("fuzzed from seed " + first + ": " + statuses)
                .isEmpty();
        assertThat(statuses.keySet())
                .as("what came back")
                .anyMatch(status -> REQUESTS < 1_000 || status.equals("POST /api/usage/events 201"));
    }

    private void fuzz(
            HttpClient client,
            JsonNode document,
            long first,
            Map<String, String> failures,
            Map<String, Integer> statuses) {
        var known = known();
        var json = new HashMap<String, List<String>>();
        known.forEach((name, values) ->
                json.put(name, values.stream().map(AnyText::quoted).toList()));
        var requests = new AnyRequest(new AnyJson(document, json), known);
        var contract = new Contract(document);
        List<RandomGenerator<Made>> generators = Route.allOf(document).stream()
                .map(requests::of)
                .map(made -> made.generator(1_000))
                .toList();
        for (long seed = first; seed < first + REQUESTS && failures.size() < MOST_FAILURES; seed++) {
            var random = new Random(seed);
            Made made = generators
                    .get(random.nextInt(generators.size()))
                    .next(random)
                    .value();
            HttpResponse<byte[]> answer = send(client, made, seed);
            statuses.merge(made.route() + " " + answer.statusCode(), 1, Integer::sum);
            Optional<String> broken = contract.brokenBy(made.route(), answer);
            long number = seed;
            broken.ifPresent(why -> failures.putIfAbsent(
                    made.route() + kind(why), "%n-Dfuzz.seed=%d%n%s%n-> %s%n".formatted(number, made, why)));
        }
    }

    /** One of each kind is enough to mend. */
    private static String kind(String why) {
        return why.substring(0, Math.min(why.length(), 100)).replaceAll("[0-9a-f-]{36}", "");
    }

    private HttpResponse<byte[]> send(HttpClient client, Made made, long seed) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + made.address()));
        made.headers().forEach(request::header);
        if (!made.role().isEmpty()) {
            String person = "person-" + seed % PEOPLE;
            request.header("Authorization", "Bearer " + Organisation.accessToken(acme.id(), person, made.role()));
        }
        request.method(
                made.route().method(),
                made.body() == null
                        ? BodyPublishers.noBody()
                        : seed % 4 == 0
                                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(made.bytes()))
                                : BodyPublishers.ofByteArray(made.bytes()));
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new AssertionError("-Dfuzz.seed=" + seed + " " + made, failure);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** What is there to be asked for; the rest is made up. */
    private Map<String, List<String>> known() {
        var people = IntStream.range(0, PEOPLE).mapToObj(i -> "person-" + i).toList();
        String event = "{\"user_id\":\"%s\",\"endpoint\":\"ask\",\"model\":\"gpt-4o\",\"prompt_tokens\":9}";
        List<String> events = people.stream()
                .map(person -> acme.record(event.formatted(person)).<String>path("data.id"))
                .toList();
        victims.forEach(victim -> victim.record(event.formatted("1")));
        List<String> keys = people.stream()
                .map(person -> acme.admin()
                        .body("{\"name\":\"k\",\"roles\":[\"service\"]}")
                        .post("/api/keys")
                        .<String>path("data.id"))
                .toList();
        List<String> holds = people.stream()
                .map(person -> acme.service()
                        .body("{\"user_id\":\"" + person
                                + "\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"max_completion_tokens\":1}")
                        .post("/api/usage/reservations")
                        .<String>path("data.reservation_id"))
                .toList();
        var known = new HashMap<String, List<String>>();
        known.put("userId", people);
        known.put("user_id", people);
        known.put("id", events);
        known.put("reservationId", holds);
        known.put("reservation_id", holds);
        known.put("event_id", List.of("e-1", "e-2", "e-3"));
        known.put("sessionId", List.of("session-1", "a b:c"));
        known.put("session_id", List.of("session-1", "a b:c"));
        known.put("tag", List.of("team:a:b", "team:"));
        known.put("days", List.of("1", "30", "92"));
        known.put("tier", List.of("free", "pro", "own"));
        known.put("default_tier", List.of("free", "pro", "own"));
        known.put("tenant", List.of(acme.id()));
        known.put("tenantId", victims.stream().map(Organisation::id).toList());
        known.put("keyId", keys);
        known.put("zone", List.of("UTC", "Europe/Berlin", "Pacific/Apia", "+01:00", "Mars/Phobos"));
        known.put("roles", List.of("service", "member"));
        return known;
    }
}
