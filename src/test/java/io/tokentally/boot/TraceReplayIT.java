package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokentally.testing.EveryTable;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged product meters a trace, is killed in the middle of it, and has the same totals in the end; also when
 * somebody who is all over it was erased.
 */
class TraceReplayIT {

    private static final int SENDERS = 16;

    private static final String PERSON = "erase-me-7f3a@example.com";
    private static final String MARK = "erase-me-7f3a";

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path home;

    private String url;
    private String service;
    private String admin;

    @Test
    void losesNothingThatWasAcknowledgedAndCountsNothingTwice() throws Exception {
        Trace trace = Trace.ofEnvironmentOrMade();
        int killAfter = trace.calls().size() / 2;
        int acknowledged;

        try (ServeProcess serve = ServeProcess.start(home, ServeProcess.freePort())) {
            connect(serve);
            acknowledged = sendAndKill(trace, serve, killAfter);
        }
        try (ServeProcess serve = ServeProcess.start(home, ServeProcess.freePort())) {
            connect(serve);
            long kept = stats().at("/overall/total_api_calls").asLong();
            // an unacknowledged call may or may not have been committed: at most one per sender
            assertThat(kept).isBetween((long) acknowledged, (long) acknowledged + SENDERS);

            assertThat(send(trace)).containsOnly(200, 201);
            expectTotals(trace);
            expectCsvAddsUp(trace);

            assertThat(send(trace)).containsOnly(200);
            expectTotals(trace);

            leaveTraces(
                    serve, trace.calls().subList(0, Math.min(100, trace.calls().size())));
            expectThatErasingThePersonChangesNoFigure(serve);
            expectNobodyInTheLogs(serve);
        }
    }

    /** The person's id wherever a call takes text; what they did, and what was done to them. */
    private void leaveTraces(ServeProcess serve, List<Trace.Call> calls) throws Exception {
        String self = serve.accessToken("--tenant", "acme", "--role", "admin", "--user", PERSON);
        call(admin, "PUT", "/api/users/" + PERSON, 200, """
                {"username":"MARK","email":"MARK@example.com","tier":"pro"}""".replace("MARK", MARK));
        for (Trace.Call call : calls) {
            call(service, "POST", "/api/usage/events", 201, """
                    {"user_id":"MARK@example.com","endpoint":"conversation","model":"gpt-4o-mini","prompt_tokens":%d,
                    "completion_tokens":%d,"occurred_at":"%s","session_id":"MARK-%d","problem_id":"MARK","grade_level":"MARK",
                    "git_branch":"feature/MARK","error_message":"no model for MARK","tags":{"MARK":"MARK"}%s}""".formatted(
                            call.prompt(),
                            call.completion(),
                            call.occurredAt(),
                            call.number() % 7,
                            // else the Idempotency-Key is the event's id
                            call.number() % 2 == 0 ? "" : ",\"event_id\":\"MARK-" + call.number() + "\"")
                    .replace("MARK", MARK));
        }
        String undone = json.readTree(call(service, "POST", "/api/usage/events", 201, """
                {"user_id":"MARK@example.com","endpoint":"conversation","model":"gpt-4o-mini","prompt_tokens":10,
                "session_id":"MARK","occurred_at":"2023-11-16T18:00:00Z"}""".replace("MARK", MARK)))
                .at("/data/id")
                .asText();
        call(
                self,
                "POST",
                "/api/usage/events/" + undone + "/reversal",
                201,
                "{\"reason\":\"%s asked\"}".formatted(MARK));
        call(service, "POST", "/api/usage/reservations", 201, """
                {"user_id":"%s","model":"gpt-4o-mini","prompt_tokens":10,"max_completion_tokens":10}""".formatted(PERSON));
        assertThat(call(self, "GET", "/api/users/" + PERSON + "/export", 200, null))
                .contains(MARK);
        try (Connection superuser = database().asSuperuser()) {
            superuser.createStatement().execute("""
                    insert into api_key (tenant_id, id, prefix, key_hash, name, roles, user_key, created_at, created_with)
                    select tenant_id, gen_random_uuid(), 'p', 'x', 'laptop of %s', '{member}', user_key, now(), 'token'
                    from app_user where user_id = '%s'""".formatted(MARK, PERSON));
        }
    }

    private void expectThatErasingThePersonChangesNoFigure(ServeProcess serve) throws Exception {
        String operator = serve.accessToken("--role", "platform-admin");
        List<String> figures = figures(operator);
        assertThat(figures.getFirst()).contains("\"clean\":true");
        assertThat(tablesWithThePerson())
                .contains("app_user", "user_api_usage", "user_api_usage_2023_11", "rollup_session", "api_key");

        assertThat(erase()).contains("\"erased\":true");

        assertThat(figures(operator)).isEqualTo(figures);
        assertThat(tablesWithThePerson()).isEmpty();
        assertThat(erase()).contains("\"erased\":false");
        assertThat(tablesWithThePerson()).isEmpty();
    }

    private String erase() throws Exception {
        return call(admin, "DELETE", "/api/users/" + PERSON, 200, null);
    }

    private List<String> figures(String operator) throws Exception {
        List<CSVRecord> rows = csv("/api/usage/export?limit=all");
        return List.of(
                call(operator, "GET", "/api/platform/self-check", 200, null),
                get("/api/usage/stats"),
                get("/api/usage/endpoint"),
                rows.size() + " rows " + sum(rows, "Total Tokens") + " tokens " + sum(rows, "Cost (USD)") + " USD",
                "of users " + sum(csv("/api/usage/export/summary"), "Total Cost (USD)") + " USD");
    }

    private Set<String> tablesWithThePerson() throws Exception {
        try (Connection superuser = database().asSuperuser()) {
            return EveryTable.linesWith(superuser, MARK).stream()
                    .map(line -> line.substring(0, line.indexOf(':')))
                    .collect(Collectors.toSet());
        }
    }

    /**
     * What PostgreSQL says in detail of a failure names somebody, and so does a statement with literals in it. The row itself
     * it does not show to whom row security applies; a trigger does not ask.
     */
    private void expectNobodyInTheLogs(ServeProcess serve) throws Exception {
        try (Connection superuser = database().asSuperuser();
                var statement = superuser.createStatement()) {
            statement.execute("""
                    create function refuse() returns trigger language plpgsql as $$
                    begin raise exception 'refused by a trigger' using detail = 'Failing row contains ' || new.user_id; end $$;
                    create trigger refuse before insert on app_user
                    for each row when (new.user_id like '%refused') execute function refuse()""");
            call(admin, "PUT", "/api/users/" + MARK + "-refused", 500, "{\"username\":\"%s\"}".formatted(MARK));
            call(service, "POST", "/api/usage/events", 500, """
                    {"user_id":"%s-refused","endpoint":"e","model":"m","prompt_tokens":1}""".formatted(MARK));
            assertThatThrownBy(() ->
                            statement.execute("insert into app_user (tenant_id, user_id, created_at) values ('acme', '"
                                    + MARK + "-refused', now())"))
                    .hasMessageContaining("refused by a trigger");
        }
        String log = Files.readString(home.resolve("postgresql.log"));
        String metrics = get("/q/metrics");
        assertThat(log).contains("refused by a trigger");
        assertThat(serve.output()).contains("refused by a trigger");
        SoftAssertions.assertSoftly(nobody -> {
            nobody.assertThat(log.lines().filter(line -> line.contains(MARK)))
                    .as("PostgreSQL's log")
                    .isEmpty();
            nobody.assertThat(serve.output().lines().filter(line -> line.contains(MARK)))
                    .as("the service's log")
                    .isEmpty();
            nobody.assertThat(metrics.lines().filter(line -> line.contains(MARK)))
                    .as("the metrics")
                    .isEmpty();
        });
    }

    private FolderDatabase database() {
        return new FolderDatabase(home);
    }

    private String call(String token, String method, String path, int status, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (method.equals("POST") && body.contains(MARK)) {
            request.header("Idempotency-Key", MARK + "-" + UUID.randomUUID());
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    private void connect(ServeProcess serve) throws IOException, InterruptedException {
        url = serve.url();
        service = serve.accessToken("--tenant", "acme", "--role", "service");
        admin = serve.accessToken("--tenant", "acme", "--role", "admin");
    }

    /** Kills the service while sixteen senders are at work; returns how many calls were acknowledged. */
    private int sendAndKill(Trace trace, ServeProcess serve, int killAfter) throws Exception {
        var acknowledged = new AtomicInteger();
        var next = new AtomicInteger();
        var senders = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int sender = 0; sender < SENDERS; sender++) {
                senders.add(threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < trace.calls().size(); i = next.getAndIncrement()) {
                        if (post(trace.calls().get(i)) == 201 && acknowledged.incrementAndGet() == killAfter) {
                            serve.kill();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> sender : senders) {
                try {
                    sender.get();
                } catch (java.util.concurrent.ExecutionException killed) {
                    assertThat(killed).hasCauseInstanceOf(IOException.class);
                }
            }
        }
        return acknowledged.get();
    }

    private List<Integer> send(Trace trace) throws Exception {
        var statuses = new ArrayList<Future<Integer>>();
        try (var threads = Executors.newFixedThreadPool(SENDERS)) {
            for (Trace.Call call : trace.calls()) {
                statuses.add(threads.submit(() -> post(call)));
            }
        }
        return statuses.stream().map(Future::resultNow).distinct().toList();
    }

    private int post(Trace.Call call) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/usage/events"))
                .header("Authorization", "Bearer " + service)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofString(call.json()))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private void expectTotals(Trace trace) throws Exception {
        JsonNode overall = stats().at("/overall");
        assertThat(overall.get("total_api_calls").asLong())
                .isEqualTo(trace.calls().size());
        assertThat(overall.get("total_users").asLong()).isEqualTo(50);
        assertThat(overall.get("total_tokens").asLong()).isEqualTo(trace.promptTokens() + trace.completionTokens());
        assertThat(overall.get("total_cost").asText()).isEqualTo(trace.cost().toPlainString());
        System.out.printf(
                "Trace: %d calls, %d prompt + %d completion = %d tokens, %s USD%n",
                overall.get("total_api_calls").asLong(),
                trace.promptTokens(),
                trace.completionTokens(),
                overall.get("total_tokens").asLong(),
                overall.get("total_cost").asText());
    }

    private void expectCsvAddsUp(Trace trace) throws Exception {
        List<CSVRecord> rows = csv("/api/usage/export?limit=all");
        assertThat(rows).hasSize(trace.calls().size());
        assertThat(sum(rows, "Prompt Tokens")).isEqualByComparingTo(BigDecimal.valueOf(trace.promptTokens()));
        assertThat(sum(rows, "Completion Tokens")).isEqualByComparingTo(BigDecimal.valueOf(trace.completionTokens()));
        assertThat(sum(rows, "Cost (USD)")).isEqualByComparingTo(trace.cost());

        List<CSVRecord> users = csv("/api/usage/export/summary");
        assertThat(users).hasSize(50);
        assertThat(sum(users, "Total Cost (USD)")).isEqualByComparingTo(trace.cost());
    }

    private static BigDecimal sum(List<CSVRecord> rows, String column) {
        return rows.stream().map(row -> new BigDecimal(row.get(column))).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private List<CSVRecord> csv(String path) throws Exception {
        CSVFormat strict = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setLenientEof(false)
                .setTrailingData(false)
                .get();
        try (var parser = strict.parse(new StringReader(get(path)))) {
            return parser.getRecords();
        }
    }

    private JsonNode stats() throws Exception {
        return json.readerFor(JsonNode.class)
                .with(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .<JsonNode>readValue(get("/api/usage/stats"))
                .get("data");
    }

    private String get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + admin)
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
