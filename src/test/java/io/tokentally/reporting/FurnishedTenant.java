package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;

/** A tenant of some months' random calls, sent as an application sends them, and the rows that came of it. */
final class FurnishedTenant {

    private static final int CALLS = 360;
    private static final int REVERSED = 12;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> tokens = new HashMap<>();
    private final Organisation organisation;
    private final HomeZone zone;
    private final int port;
    private final List<RawCall> rows;

    FurnishedTenant(HomeZone zone, long seed, TestClock clock, int port) throws SQLException {
        this.zone = zone;
        this.port = port;
        this.organisation = moved(clock);
        furnish(new RandomCalls(new Random(seed), zone));
        try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + organisation.id())) {
            this.rows = RawCall.allOf(connection, zone);
        }
    }

    private Organisation moved(TestClock clock) {
        clock.set(HomeZone.FROM.toString());
        Organisation made = Organisation.freshIn(zone.first);
        if (!zone.first.equals(zone.then)) {
            made.admin()
                    .body("{\"zone\":\"" + zone.then + "\",\"zone_from\":\"" + zone.movesAt + "\"}")
                    .put("/api/tenant")
                    .then()
                    .statusCode(200);
        }
        clock.set(HomeZone.NOW.toString());
        return made;
    }

    private void furnish(RandomCalls any) {
        organisation.putUser("7", "{\"username\":\"seven\",\"email\":\"seven@example.com\"}");
        organisation.putUser("jane", "{\"username\":\"jane\"}");
        var ids = new ArrayList<String>();
        for (int sent = 0; sent < CALLS; sent += CALLS / 3) {
            ids.addAll(record(any.lines(CALLS / 3)));
        }
        for (int i = 0; i < REVERSED; i++) {
            reverse(ids.remove(any.random().nextInt(ids.size())));
        }
    }

    private List<String> record(String lines) {
        String answer = send(
                "admin",
                request("/api/usage/events")
                        .header("Content-Type", "application/x-ndjson")
                        .POST(BodyPublishers.ofString(lines)));
        JsonNode results = ExactJson.of(answer).at("/data/results");
        return StreamSupport.stream(results.spliterator(), false)
                .map(result -> result.get("id").textValue())
                .toList();
    }

    private void reverse(String id) {
        organisation
                .admin()
                .body("{\"reason\":\"a test\"}")
                .post("/api/usage/events/" + id + "/reversal")
                .then()
                .statusCode(201);
    }

    HomeZone zone() {
        return zone;
    }

    List<RawCall> rows() {
        return rows;
    }

    JsonNode data(String address) {
        return data("admin", address);
    }

    /** @param role of whoever has it as a name too */
    JsonNode data(String role, String address) {
        return ExactJson.of(text(role, address)).get("data");
    }

    String file(String address) {
        return text("admin", address);
    }

    private String text(String role, String address) {
        return send(role, request(address));
    }

    private HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + address));
    }

    private String send(String role, HttpRequest.Builder request) {
        request.header("Authorization", "Bearer " + tokens.computeIfAbsent(role, this::token));
        try {
            var answer = client.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.uri() + answer.body()).isEqualTo(200);
            return answer.body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private String token(String role) {
        return role.equals("admin")
                ? Organisation.accessToken(organisation.id(), "admin-1", "admin")
                : Organisation.accessToken(organisation.id(), role, "member");
    }
}
