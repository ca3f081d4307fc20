package io.tokentally.tenancy;

import io.smallrye.mutiny.Uni;
import io.tokentally.shared.Refusal;
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
import org.jboss.logging.Logger;

/**
 * Asks PostgreSQL about each credential that is shown, so that a revoked key and a suspended tenant are refused at once and
 * on every replica. Whoever waits while an answer is on its way is asked about together in the next question: many callers
 * cost about as much as one, and there is nothing to forget.
 */
@ApplicationScoped
class Door {

    private static final Logger LOG = Logger.getLogger(Door.class);

    private static final int MOST_AT_ONCE = 500;
    private static final int MOST_WAITING = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A question takes a millisecond. One that waits behind a lock, or for a server that fell silent, is given up. */
    private static final Duration LONGEST_QUESTION = Duration.ofSeconds(5);

    /** So that a connection which broke while it was idle is replaced, and not answered with. */
    private static final int ATTEMPTS = 2;

    /** @param prefix null: an access token, of which only the tenant is asked */
    private record Question(TenantId tenant, String prefix, CompletableFuture<Admission> answer) {}

    private final BlockingQueue<Question> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final TenantTransactions transactions;
    private Keeper keeper;

    Door(TenantTransactions transactions) {
        this.transactions = transactions;
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
            return Uni.createFrom().failure(DoorBlocked.late());
        }
        Context asker = Vertx.currentContext();
        Uni<Admission> answer = Uni.createFrom()
                .completionStage(question.answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .onFailure(TimeoutException.class)
                .transform(late -> DoorBlocked.late())
                .onFailure(failure -> !(failure instanceof Refusal))
                .transform(failure -> DoorBlocked.away());
        // the keeper has other callers to answer: the request goes on where it came from
        return asker == null ? answer : answer.emitOn(step -> asker.runOnContext(ignored -> step.run()));
    }

    /** One that is stuck is left to itself, and its connection with it. */
    private synchronized void keep() {
        if (keeper == null || keeper.isLost()) {
            keeper = new Keeper(transactions.ownConnection());
            keeper.start();
        }
    }

    private synchronized boolean isKept(Keeper by) {
        return keeper == by;
    }

    @PreDestroy
    synchronized void close() {
        if (keeper != null) {
            keeper.interrupt();
        }
    }

    private final class Keeper extends Thread {

        private final OwnConnection connection;

        /** By the machine's own clock; null while nothing is asked. */
        private volatile Long askedAt;

        private Keeper(OwnConnection connection) {
            super("door");
            setDaemon(true);
            this.connection = connection;
        }

        private boolean isLost() {
            Long since = askedAt;
            boolean isStuck = since != null
                    && System.nanoTime() - since
                            > LONGEST_QUESTION.multipliedBy(2).toNanos();
            return !isAlive() || isStuck;
        }

        @Override
        public void run() {
            try (connection) {
                while (isKept(this)) {
                    answerNext();
                }
            } catch (InterruptedException stopped) {
                // the service is stopping
            }
        }

        private void answerNext() throws InterruptedException {
            var asked = new ArrayList<Question>();
            asked.add(waiting.take());
            waiting.drainTo(asked, MOST_AT_ONCE - 1);
            // who has given up is not asked about
            asked.removeIf(question -> question.answer.isDone());
            if (!asked.isEmpty()) {
                answer(asked);
            }
        }

        private void answer(List<Question> asked) {
            askedAt = System.nanoTime();
            try {
                List<Admission> found = find(connection, asked);
                for (int i = 0; i < asked.size(); i++) {
                    asked.get(i).answer.complete(found.get(i));
                }
            } catch (Throwable failure) {
                LOG.warnf("The door cannot ask who is calling: %s", failure.getMessage());
                asked.forEach(question -> question.answer.completeExceptionally(failure));
            } finally {
                askedAt = null;
            }
        }
    }

    private static List<Admission> find(OwnConnection connection, List<Question> asked) {
        return connection.read(
                ATTEMPTS,
                handle -> handle.createQuery("""
                        select * from at_the_door(:tenants::text[], :prefixes::text[]) order by place""")
                        .setQueryTimeout((int) LONGEST_QUESTION.toSeconds())
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
