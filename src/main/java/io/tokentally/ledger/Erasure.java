package io.tokentally.ledger;

import io.tokentally.ledger.FreeFields.Cleared;
import io.tokentally.ledger.FreeFields.Place;
import io.tokentally.quota.Person;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditEntry;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.PersonalKeys;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/**
 * Forgets a person and keeps every figure. Their events are cleared in short transactions beside the traffic; the last one
 * makes their row a tombstone. Until that is committed their id leads to them, so whatever cuts this short, the same
 * request again does the rest.
 */
@ApplicationScoped
class Erasure {

    /** Keeps a rebuild of sums out while sessions go, and the erasure out while sums are rebuilt; no lane minds. */
    static final String NO_REBUILD = "lock table rollup_session in share update exclusive mode";

    /** Events in one transaction: callers wait for a session that many of them share only so long. */
    private static final int BATCH = 500;

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final AuditLog audit;
    private final Clock clock;

    Erasure(TenantTransactions transactions, Tenants tenants, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.audit = audit;
        this.clock = clock;
    }

    /** What was done so far, over all transactions. */
    private record Progress(long events, Set<String> sessions, int keys) {

        private static final Progress NONE = new Progress(0, Set.of(), 0);

        private Progress plus(Cleared cleared) {
            return plus(cleared, 0);
        }

        private Progress plus(Cleared cleared, int revoked) {
            var all = new HashSet<>(sessions);
            all.addAll(cleared.sessions());
            return new Progress(events + cleared.events(), all, keys + revoked);
        }

        private AuditEntry entry(Person person) {
            return AuditEntry.ofPerson(
                    AuditAction.USER_ERASED,
                    person.key(),
                    Map.of("events_cleared", events, "sessions_changed", sessions.size(), "keys_revoked", keys));
        }
    }

    private enum State {
        ERASED,
        HAS_MORE_EVENTS,
        ERASED_BY_ANOTHER
    }

    /** How the last transaction ended. */
    private record End(State state, Progress progress) {}

    /** When this returns all is done; of somebody with many events it takes its time. */
    ErasureReport erase(TenantId tenant, UserId user) {
        return transactions
                .read(tenant, transaction -> Person.find(transaction, tenant, user))
                .map(this::erase)
                .orElse(ErasureReport.OF_NOBODY);
    }

    private ErasureReport erase(Person person) {
        var end = new End(State.HAS_MORE_EVENTS, Progress.NONE);
        while (end.state == State.HAS_MORE_EVENTS) {
            end = finish(person, clearAll(person, end.progress));
        }
        return new ErasureReport(
                end.state == State.ERASED, end.progress.events, end.progress.sessions.size(), end.progress.keys);
    }

    private Progress clearAll(Person person, Progress before) {
        Progress progress = before;
        for (Place after = Place.START; after != null; ) {
            Cleared cleared = clearSome(person, after, BATCH);
            progress = progress.plus(cleared);
            after = cleared.last();
        }
        return progress;
    }

    /** One transaction. */
    Cleared clearSome(Person person, Place after, int most) {
        return write(
                person,
                (transaction, now) -> person.lock(transaction)
                        .map(there -> new FreeFields(transaction, there).clear(after, most))
                        .orElse(Cleared.NOTHING));
    }

    private End finish(Person person, Progress before) {
        return write(
                person,
                (transaction, now) -> person.lockAlone(transaction)
                        .map(there -> finish(transaction, now, there, before))
                        .orElse(new End(State.ERASED_BY_ANOTHER, before)));
    }

    /**
     * Nobody writes for the person now, and what came meanwhile is cleared; unless that is so much that callers would wait
     * for us.
     */
    private End finish(Handle transaction, Instant now, Person person, Progress before) {
        Cleared late = new FreeFields(transaction, person).clear(Place.START, BATCH);
        if (late.events() == BATCH) {
            return new End(State.HAS_MORE_EVENTS, before.plus(late));
        }
        int revoked = PersonalKeys.revoke(transaction, person.tenant(), person.key(), now);
        Progress all = before.plus(late, revoked);
        // Before the row is a tombstone: whoever erases themselves must not become known again by it.
        audit.write(transaction, person.tenant(), all.entry(person));
        person.erase(transaction, now);
        return new End(State.ERASED, all);
    }

    private <T> T write(Person person, BiFunction<Handle, Instant, T> work) {
        return Retries.whenAborted(() -> transactions.write(person.tenant(), transaction -> {
            transaction.execute(SelfCheck.KEEP_ROWS);
            transaction.execute(NO_REBUILD);
            tenants.forWriting(transaction, person.tenant());
            return work.apply(transaction, clock.instant());
        }));
    }
}
