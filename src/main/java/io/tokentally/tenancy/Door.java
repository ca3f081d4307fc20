package io.tokentally.tenancy;

import io.smallrye.mutiny.Uni;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks PostgreSQL about each credential that is shown, so that a revoked key and a suspended tenant are refused at once and
 * on every replica. Whoever waits while an answer is on its way is asked about together in the next question: many callers
 * cost about as much as one, and there is nothing to forget.
 */
@ApplicationScoped
class Door {

    private static final int MOST_AT_ONCE = 500;
    private static final int MOST_WAITING = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Bound once, so that a connection that broke while it was idle is replaced and not answered with. */
    private static final int ATTEMPTS = 2;

    /** @param prefix null: an access token, of which only the tenant is asked */
    private record Question(TenantId tenant, String prefix, CompletableFuture<Admission> answer) {}

    private final BlockingQueue<Question> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final OwnConnection connection;
    private Thread keeper;

    Door(TenantTransactions transactions) {
        this.connection = transactions.ownConnection();
    }

    /** About the tenant of an access token. */
    Uni<Admission> ask(TenantId tenant) {
        return ask(new Question(tenant, null, new CompletableFuture<>()));
    }

    /** About an API key and its tenant. Whether the key is the right one is for the asker to see. */
    Uni<Admission> ask(ApiKey key) {
        return ask(new Question(key.tenant(), key.prefix(), new CompletableFuture<>()));
    }

    private Uni<Admission> ask(Question question) {
        keep();
        if (!waiting.offer(question)) {
            return Uni.createFrom().failure(new DoorBlocked());
        }
        Context asker = Vertx.currentContext();
        Uni<Admission> answer = Uni.createFrom()
                .completionStage(question.answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .onFailure(TimeoutException.class)
                .transform(late -> new DoorBlocked());
        // the keeper has other callers to answer: the request goes on where it came from
        return asker == null ? answer : answer.emitOn(step -> asker.runOnContext(ignored -> step.run()));
    }

    private synchronized void keep() {
        if (keeper == null) {
            keeper = Thread.ofPlatform().daemon().name("door").start(this::answerAll);
        }
    }

    @PreDestroy
    synchronized void close() {
        if (keeper != null) {
            keeper.interrupt();
        }
    }

    private void answerAll() {
        var asked = new ArrayList<Question>(MOST_AT_ONCE);
        try {
            while (true) {
                asked.add(waiting.take());
                waiting.drainTo(asked, MOST_AT_ONCE - 1);
                answer(asked);
                asked.clear();
            }
        } catch (InterruptedException stopped) {
            connection.close();
        }
    }

    private void answer(List<Question> asked) {
        try {
            List<Admission> found = find(asked);
            for (int i = 0; i < asked.size(); i++) {
                asked.get(i).answer.complete(found.get(i));
            }
        } catch (Throwable failure) {
            asked.forEach(question -> question.answer.completeExceptionally(failure));
        }
    }

    private List<Admission> find(List<Question> asked) {
        return connection.read(
                ATTEMPTS,
                handle -> handle.createQuery("""
                        select * from at_the_door(:tenants::text[], :prefixes::text[]) order by place""")
                        .bindArray(
                                "tenants",
                                String.class,
                                asked.stream()
                                        .map(question -> question.tenant.value())
                                        .toList())
                        .bindArray(
                                "prefixes",
                                String.class,
                                asked.stream().map(Question::prefix).toList())
                        .map((row, context) -> admission(row))
                        .list());
    }

    private static Admission admission(ResultSet row) throws SQLException {
        UUID key = row.getObject("key_id", UUID.class);
        return new Admission(
                row.getBoolean("is_known"),
                row.getBoolean("is_suspended"),
                row.getBoolean("is_removed"),
                key == null ? Optional.empty() : Optional.of(key(key, row)));
    }

    private static Admission.KnownKey key(UUID id, ResultSet row) throws SQLException {
        return new Admission.KnownKey(
                id,
                row.getBytes("key_hash"),
                texts(row.getArray("roles")),
                Optional.ofNullable(row.getString("user_id")).map(UserId::new),
                instant(row, "expires_at"),
                instant(row, "revoked_at"),
                instant(row, "last_used_at"));
    }

    private static Set<String> texts(Array array) throws SQLException {
        return Set.of((String[]) array.getArray());
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
