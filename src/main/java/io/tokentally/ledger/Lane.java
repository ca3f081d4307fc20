package io.tokentally.ledger;

import io.tokentally.shared.Refusal;
import io.tokentally.shared.SqlFailures;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.LedgerConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * A writer of its own thread and connection: takes what waits, writes it in one transaction, and tells every caller when
 * it is on disk. There is no timer: while one commit is on its way, the next one gathers.
 */
final class Lane implements Runnable {

    private static final Logger LOG = Logger.getLogger(Lane.class);

    private final LaneQueue queue;
    private final LedgerConnection connection;
    private final Seals seals;
    private final BiFunction<Handle, List<Command>, List<Answer>> batch;

    Lane(
            LaneQueue queue,
            LedgerConnection connection,
            Seals seals,
            BiFunction<Handle, List<Command>, List<Answer>> batch) {
        this.seals = seals;
        this.queue = queue;
        this.connection = connection;
        this.batch = batch;
    }

    @Override
    public void run() {
        try (connection) {
            for (List<Work> taken = queue.take(); !taken.isEmpty(); taken = queue.take()) {
                write(taken);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Never throws: every caller hears something, and the lane goes on. */
    private void write(List<Work> works) {
        try {
            writeTogether(works);
        } catch (Throwable failure) {
            LOG.errorf(failure, "a batch of %d failed", works.size());
            works.forEach(work -> work.answers().completeExceptionally(failure));
        }
    }

    private void writeTogether(List<Work> works) {
        try {
            List<Command> commands =
                    works.stream().flatMap(work -> work.commands().stream()).toList();
            answer(works, apply(commands));
        } catch (RuntimeException failure) {
            if (isOfTheData(failure)) {
                LOG.warnf("a batch of %d failed and is written one by one: %s", works.size(), failure.getMessage());
                writeOneByOne(works);
            } else {
                works.forEach(work -> work.answers().completeExceptionally(failure));
            }
        }
    }

    /** A bad command fails alone. When the database fails, those after it are not tried: each would wait as long. */
    private void writeOneByOne(List<Work> works) {
        RuntimeException trouble = null;
        for (Work work : works) {
            var answers = new ArrayList<Answer>();
            for (Command command : work.commands()) {
                Answer answer = trouble == null ? writeAlone(command) : new Answer.Broken(trouble);
                trouble = answer instanceof Answer.Broken broken ? broken.failure() : null;
                answers.add(answer);
            }
            work.answers().complete(answers);
        }
    }

    private Answer writeAlone(Command command) {
        try {
            return apply(List.of(command)).getFirst();
        } catch (RuntimeException failure) {
            return isOfTheData(failure) ? new Answer.Failed(failure) : new Answer.Broken(failure);
        }
    }

    private List<Answer> apply(List<Command> commands) {
        Collection<TenantId> tenants = commands.stream().map(Command::tenant).collect(Collectors.toSet());
        return seals.learning(() -> connection.write(tenants, transaction -> batch.apply(transaction, commands)));
    }

    private static void answer(List<Work> works, List<Answer> answers) {
        int from = 0;
        for (Work work : works) {
            int until = from + work.commands().size();
            work.answers().complete(List.copyOf(answers.subList(from, until)));
            from = until;
        }
    }

    /** By SQLSTATE: 22 data, 23 constraint, 54 too long; and what is no matter of the database at all. */
    private static boolean isOfTheData(Throwable failure) {
        if (failure instanceof Refusal
                || failure instanceof Error
                || failure instanceof LedgerConnection.OutcomeUnknown) {
            return false;
        }
        return SqlFailures.find(failure, any -> true)
                .map(sql -> String.valueOf(sql.getSQLState()))
                .map(state -> state.startsWith("22") || state.startsWith("23") || state.startsWith("54"))
                .orElse(true);
    }
}
