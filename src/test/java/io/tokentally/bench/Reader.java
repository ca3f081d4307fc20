package io.tokentally.bench;

import io.tokentally.bench.Reads.Who;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** Asks one tenant's reports over one connection. */
final class Reader implements AutoCloseable {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final Map<Who, String> tokens;

    private Reader(int port, Map<Who, String> tokens) {
        this.port = port;
        this.tokens = tokens;
    }

    static Reader of(String tenant, FilledDatabase database) {
        return new Reader(
                database.service().port(),
                Map.of(Who.ADMIN, database.adminOf(tenant), Who.MEMBER, database.memberOf(tenant, Reads.MEMBER)));
    }

    /** Returns the nanoseconds until the whole answer is there. */
    long ask(Who who, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + tokens.get(who))
                .build();
        long start = System.nanoTime();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        long time = System.nanoTime() - start;
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("%s: %d %s".formatted(path, answer.statusCode(), answer.body()));
        }
        return time;
    }

    @Override
    public void close() {
        client.close();
    }
}
