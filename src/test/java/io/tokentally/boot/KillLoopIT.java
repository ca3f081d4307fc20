package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the service, of its PostgreSQL and of both at random moments under load. A killed service is
 * started again, as a service manager does; a killed PostgreSQL comes back by itself.
 *
 * <p>{@code TOKENTALLY_KILLS} says how many times; {@code TOKENTALLY_KILL_SEED} repeats the choices of an earlier run.
 */
class KillLoopIT {

    private static final int LONGEST_WAIT_NANOS = 50_000_000;

    private enum Victim {
        SERVICE,
        POSTGRES,
        BOTH
    }

    @TempDir
    Path home;

    private final int kills = setting("TOKENTALLY_KILLS").map(Integer::parseInt).orElse(2);
    private final long seed =
            setting("TOKENTALLY_KILL_SEED").map(Long::parseLong).orElseGet(() -> new Random().nextLong(1_000_000));
    private final Random random = new Random(seed);

    private int port;
    private ServeProcess serve;
    private StubbornSenders senders;

    @AfterEach
    void close() throws InterruptedException {
        serve.close();
    }

    @Test
    void losesNothingThatWasAcknowledgedAndCountsNothingTwice() throws Exception {
        port = ServeProcess.freePort();
        serve = ServeProcess.start(home, port);
        senders = new StubbornSenders(serve.url(), serve.accessToken("--tenant", "acme", "--role", "service"));
        senders.start(random);
        System.out.printf("Kills: %d, TOKENTALLY_KILL_SEED=%d%n", kills, seed);
        for (Victim victim : victims()) {
            killUnderLoad(victim);
        }
        List<StubbornSenders.Batch> sent = senders.finish();
        assertThat(senders.surprises()).isEmpty();
        expectAllOnce(sent);

        for (StubbornSenders.Batch batch : sent) {
            assertThat(senders.sendAgain(batch)).isZero();
        }
        expectAllOnce(sent);
    }

    /** By turns the service and PostgreSQL, every fifth time both; in any order. */
    private List<Victim> victims() {
        var victims = new ArrayList<Victim>();
        for (int kill = 1; kill <= kills; kill++) {
            victims.add(kill % 5 == 0 ? Victim.BOTH : kill % 2 == 0 ? Victim.POSTGRES : Victim.SERVICE);
        }
        Collections.shuffle(victims, random);
        return victims;
    }

    private void killUnderLoad(Victim victim) throws Exception {
        senders.awaitMore(1 + random.nextInt(150));
        LockSupport.parkNanos(random.nextInt(LONGEST_WAIT_NANOS)); // not only in the moment after an answer
        System.out.printf(
                "kill -9 %s after %d requests%n", victim, senders.acknowledged().size());
        if (victim != Victim.SERVICE) {
            killPostgres();
        }
        if (victim != Victim.POSTGRES) {
            serve.kill();
            serve = ServeProcess.start(home, port);
        }
        senders.awaitMore(5 * StubbornSenders.SENDERS); // more than the last sessions of a lost server can answer
    }

    private void killPostgres() throws Exception {
        ProcessHandle server = new FolderDatabase(home).server();
        server.destroyForcibly();
        server.onExit().join();
    }

    private void expectAllOnce(List<StubbornSenders.Batch> sent) throws Exception {
        var database = new FolderDatabase(home);
        assertThat(database.events("acme"))
                .containsExactlyInAnyOrderElementsOf(
                        sent.stream().flatMap(batch -> batch.events().stream()).toList());
        assertThat(database.number("select sum(prompt_tokens) from user_api_usage"))
                .isEqualTo(sent.stream()
                        .mapToLong(StubbornSenders.Batch::promptTokens)
                        .sum());
        assertThat(database.differences("acme")).isEmpty();
        selfCheck().ifPresent(answer -> assertThat(answer).contains("\"clean\":true"));
    }

    /** Empty as long as this service has no such route. */
    private Optional<String> selfCheck() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(serve.url() + "/api/platform/self-check"))
                .header("Authorization", "Bearer " + serve.accessToken("--role", "platform-admin"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            return Optional.of(answer.body()).filter(body -> answer.statusCode() != 404);
        }
    }

    private static Optional<String> setting(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank());
    }
}
