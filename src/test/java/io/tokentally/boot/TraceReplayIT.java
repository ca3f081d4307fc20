package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged product meters a trace, is killed in the middle of it, and has the same totals in the end. */
class TraceReplayIT {

    private static final int SENDERS = 16;

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
        }
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
