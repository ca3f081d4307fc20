package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Truth;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever callers do at once, in whatever order, and whatever breaks meanwhile: raw = rollups = balances, no event twice,
 * no limit passed by a hold.
 */
@ApiTest
class InterleavingTest {

    private static final int CALLERS = 8;
    private static final int STEPS = 40;
    private static final int USERS = 4;
    private static final long CALL_LIMIT = 60;

    private final Organisation acme = Organisation.fresh();
    private final Queue<String> reservations = new ConcurrentLinkedQueue<>();
    private final Queue<String> events = new ConcurrentLinkedQueue<>();

    /** With connections broken, a third of them every so often, in the middle of whatever they do. */
    @ParameterizedTest
    @CsvSource({"1,false", "3,true"})
    void leavesOneTruth(long seed, boolean breaking) throws Exception {
        for (int user = 0; user < USERS; user++) {
            acme.putUser(
                    "" + user,
                    "{\"limits\":{\"maxMonthlyCalls\":" + CALL_LIMIT
                            + ",\"maxMonthlyTokens\":null,\"maxMonthlyCost\":null}}");
        }
        List<Callable<List<Integer>>> callers = IntStream.range(0, CALLERS)
                .mapToObj(caller -> (Callable<List<Integer>>) () -> steps(new Random(seed * 100 + caller), breaking))
                .toList();

        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(callers)) {
                statuses.addAll(result.get());
            }
        }

        assertThat(statuses).isNotEmpty().doesNotContain(500);
        if (!breaking) {
            assertThat(statuses).doesNotContain(503);
        }
        assertThat(Truth.differences(acme)).isEmpty();
        assertThat(
                        texts(
                                "select event_id from user_api_usage where event_id is not null group by event_id having count(*) > 1"))
                .isEmpty();
        assertThat(texts(
                        "select user_key::text from reservation where state <> 'settled' group by user_key, month having count(*) filter (where state = 'held') > "
                                + CALL_LIMIT))
                .isEmpty();
    }

    private List<Integer> steps(Random random, boolean breaking) throws SQLException {
        var statuses = new ArrayList<Integer>();
        for (int step = 0; step < STEPS; step++) {
            if (breaking && random.nextInt(10) == 0) {
                texts("select pg_terminate_backend(pid)::text from pg_stat_activity where usename = current_user"
                        + " and application_name = 'tokentally' and random() < 0.34");
            }
            statuses.add(step(random));
        }
        return statuses;
    }

    private int step(Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> reserve(random);
            case 2 -> settle(random);
            case 3 -> release();
            case 4 -> reverse();
            case 5 ->
                acme.tryToRecord(IntStream.range(0, 1 + random.nextInt(30))
                                .mapToObj(i -> random.nextInt(10) == 0 ? "{\"model\":1}" : event(random, ""))
                                .collect(Collectors.joining(",", "[", "]")))
                        .statusCode();
            default -> record(event(random, ""));
        };
    }

    private int reserve(Random random) {
        Response answer = acme.service()
                .body("{\"user_id\":" + random.nextInt(USERS)
                        + ",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":1000,\"max_completion_tokens\":100}")
                .post("/api/usage/reservations");
        if (answer.statusCode() == 201) {
            reservations.add(answer.path("data.reservation_id"));
        }
        return answer.statusCode();
    }

    private int settle(Random random) {
        String id = reservations.poll();
        return id == null ? 201 : record(event(random, ",\"reservation_id\":\"" + id + "\""));
    }

    private int release() {
        String id = reservations.poll();
        return id == null
                ? 204
                : acme.service().delete("/api/usage/reservations/" + id).statusCode();
    }

    private int reverse() {
        String id = events.poll();
        return id == null
                ? 201
                : acme.admin()
                        .body("{\"reason\":\"a test\"}")
                        .post("/api/usage/events/" + id + "/reversal")
                        .statusCode();
    }

    private int record(String event) {
        Response answer = acme.tryToRecord(event);
        if (answer.statusCode() == 201) {
            events.add(answer.path("data.id"));
        }
        return answer.statusCode();
    }

    private static String event(Random random, String more) {
        return "{\"user_id\":" + random.nextInt(USERS) + ",\"endpoint\":\"e" + random.nextInt(3)
                + "\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":" + random.nextInt(2000)
                + ",\"session_id\":\"s" + random.nextInt(3) + "\""
                + (random.nextInt(8) == 0 ? ",\"cache_hit\":true" : "")
                + (random.nextInt(3) == 0 ? ",\"event_id\":\"" + random.nextInt(150) + "\"" : "")
                + (random.nextInt(4) == 0
                        ? ",\"occurred_at\":\"2026-0" + (1 + random.nextInt(9)) + "-28T23:30:00Z\""
                        : "")
                + more + "}";
    }

    private List<String> texts(String sql) throws SQLException {
        var texts = new ArrayList<String>();
        try (Connection connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
