package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Truth;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Raw rows, rollups, balances and what the API says are one truth, also while many write at once. */
@ApiTest
class OneTruthTest {

    private static final String[] MODELS = {"gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "in-house"};

    private final Organisation acme = Organisation.fresh();

    private static String randomEvent(Random random, String eventId) {
        return "{\"endpoint\":\"e" + random.nextInt(3) + "\",\"model\":\"" + MODELS[random.nextInt(MODELS.length)]
                + "\",\"prompt_tokens\":" + (1000 + random.nextInt(5000)) + ",\"completion_tokens\":"
                + (100 + random.nextInt(900))
                + ",\"cache_read_tokens\":" + random.nextInt(500) + ",\"cache_write_tokens\":" + random.nextInt(500)
                + ",\"reasoning_tokens\":" + random.nextInt(100)
                + (random.nextInt(4) == 0 ? "" : ",\"user_id\":" + random.nextInt(6))
                + (random.nextBoolean() ? "" : ",\"session_id\":\"s" + random.nextInt(4) + "\"")
                + (random.nextBoolean() ? "" : ",\"call_type\":\"c" + random.nextInt(2) + "\"")
                + (random.nextInt(10) == 0 ? ",\"cache_hit\":true" : "")
                + (random.nextBoolean() ? "" : ",\"response_time_ms\":" + random.nextInt(3000))
                + (random.nextInt(10) == 0 ? ",\"success\":false" : "")
                + ",\"occurred_at\":\"2026-0" + (1 + random.nextInt(3)) + "-1" + random.nextInt(10) + "T0"
                + random.nextInt(10) + ":00:00Z\",\"event_id\":\"" + eventId + "\"}";
    }

    @Test
    void holdsForRandomEventsInBatchesWithDuplicates() throws SQLException {
        var random = new Random(20_261_121);
        for (int batch = 0; batch < 5; batch++) {
            String events = IntStream.range(0, 200)
                    .mapToObj(i -> randomEvent(random, "e" + random.nextInt(600)))
                    .collect(Collectors.joining(",", "[", "]"));
            acme.tryToRecord(events).then().statusCode(200);
        }

        assertThat(Truth.differences(acme)).isEmpty();
    }

    /** Sixteen writers in one tenant, the same users, sessions and event ids in every order. */
    @Test
    void holdsForConcurrentWritersAndNoneOfThemDeadlocks() throws Exception {
        long deadlocksBefore = deadlocks();
        var work = new ArrayList<Callable<Integer>>();
        for (int writer = 0; writer < 16; writer++) {
            var random = new Random(writer);
            work.add(() -> {
                int worst = 0;
                for (int request = 0; request < 15; request++) {
                    String events = IntStream.range(0, 1 + random.nextInt(20))
                            .mapToObj(i -> randomEvent(new Random(random.nextInt(300)), "id" + random.nextInt(300)))
                            .collect(Collectors.joining(",", "[", "]"));
                    worst = Math.max(worst, acme.tryToRecord(events).statusCode());
                }
                return worst;
            });
        }
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(work)) {
                statuses.add(result.get());
            }
        }

        assertThat(statuses).containsOnly(200);
        assertThat(Truth.differences(acme)).isEmpty();
        assertThat(deadlocks()).isEqualTo(deadlocksBefore);
    }

    @Test
    void countsAnEventOnceWhenManySendItAtTheSameInstant() throws Exception {
        String event = randomEvent(new Random(1), "the-one");
        var work = IntStream.range(0, 12)
                .mapToObj(i -> (Callable<Integer>) () -> acme.tryToRecord(event).statusCode())
                .toList();
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(work)) {
                statuses.add(result.get());
            }
        }

        assertThat(statuses).containsOnlyOnce(201).contains(200);
        assertThat(Truth.differences(acme)).isEmpty();
        acme.get("/api/usage/export?limit=all").then().header("X-Total-Count", "1");
    }

    /** Nobody else writes into these months: each partition is made by whoever comes first. */
    @Test
    void holdsWhenManyOpenANewMonthAtOnce() throws Exception {
        var statuses = new ArrayList<Integer>();
        for (int month = 1; month <= 9; month++) {
            String event = "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"occurred_at\":\"2021-0"
                    + month + "-15T00:00:00Z\"}";
            var work = IntStream.range(0, 12)
                    .mapToObj(i ->
                            (Callable<Integer>) () -> acme.tryToRecord(event).statusCode())
                    .toList();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var result : threads.invokeAll(work)) {
                    statuses.add(result.get());
                }
            }
        }

        assertThat(statuses).hasSize(9 * 12).containsOnly(201);
        assertThat(Truth.differences(acme)).isEmpty();
    }

    @Test
    void isNoticedWhenItBreaks() throws SQLException {
        acme.record(randomEvent(new Random(2), "x"));
        try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                var statement = connection.createStatement()) {
            statement.execute("update rollup_tenant set prompt_tokens = prompt_tokens + 1 where grain = 'day'");
        }

        assertThat(Truth.differences(acme)).hasSize(2).allMatch(line -> line.startsWith("rollup_tenant"));
    }

    @Test
    void holdsForSumsBeyond32Bits() throws SQLException {
        for (int i = 0; i < 30; i++) {
            acme.record("{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":100000000}");
        }

        acme.get("/api/usage/stats").then().body("data.overall.total_tokens", comparesEqualTo(3_000_000_000L));
        assertThat(Truth.differences(acme)).isEmpty();
    }

    private static long deadlocks() throws SQLException {
        try (var connection = PostgresForTests.server().connectAsOwner();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select deadlocks from pg_stat_database where datname = current_database()")) {
            row.next();
            return row.getLong(1);
        }
    }
}
