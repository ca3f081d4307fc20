package io.tokentally.ledger;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.tokentally.quota.Standing;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.PartlyWritten;
import io.tokentally.shared.Refusal;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.AuditAction;
import io.tokentally.tenancy.AuditEntry;
import io.tokentally.tenancy.AuditLog;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * The only writer of usage and of reservations. When a method returns, what it says is on disk: identities, events,
 * balances, holds and rollups have changed together. Each may throw {@link Busy}: then nothing was written.
 */
@ApplicationScoped
public class Ledger {

    /** Of many commands, as many are written in one transaction; other callers get their turn in between. */
    static final int PART = 500;

    /** A hold lasts no longer; an event takes its instant from its reservation if that is no older. */
    static final Duration LONGEST_HOLD = Duration.ofHours(24);

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Partitions partitions;
    private final Lanes lanes;
    private final AuditLog audit;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final Set<TenantId> known = ConcurrentHashMap.newKeySet();

    Ledger(
            TenantTransactions transactions,
            Tenants tenants,
            Partitions partitions,
            Lanes lanes,
            AuditLog audit,
            Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.partitions = partitions;
        this.lanes = lanes;
        this.audit = audit;
        this.clock = clock;
    }

    /** What became of one command, and where its user (or the tenant, without one) stands with it counted. */
    public record Recorded(Outcome outcome, Standing standing) {}

    public Recorded record(TenantId tenant, RecordUsage usage) {
        Answer answer = writeOne(records(tenant, List.of(usage), true).getFirst());
        return switch (answer) {
            case Answer.OfUsage of -> new Recorded(of.outcome(), of.standing());
            case Answer.Failed failed -> throw failed.failure();
            case Answer.Broken broken -> throw broken.failure();
            case Answer.OfReservation other -> throw unexpected(other);
            case Answer.Released other -> throw unexpected(other);
        };
    }

    /**
     * One outcome per command, in their order. Commands of equal identity are decided in their order too. They are
     * written in parts; when one part fails, those before it stay.
     */
    public List<Outcome> record(TenantId tenant, List<RecordUsage> usages) {
        List<Command.Record> commands = records(tenant, usages, false);
        var outcomes = new ArrayList<Outcome>();
        for (int from = 0; from < commands.size(); from += PART) {
            List<Command.Record> part = commands.subList(from, Math.min(from + PART, commands.size()));
            lanes.write(Work.of(part)).forEach(answer -> outcomes.add(outcome(answer, outcomes)));
        }
        return outcomes;
    }

    /** @param before what became of those before it: when the database fails among them, some may be written */
    private static Outcome outcome(Answer answer, List<Outcome> before) {
        return switch (answer) {
            case Answer.OfUsage of -> of.outcome();
            case Answer.Failed failed when failed.failure() instanceof Refusal refusal -> throw refusal;
            case Answer.Failed failed -> new Outcome.Rejected(failed.failure());
            case Answer.Broken broken when before.isEmpty() -> throw broken.failure();
            case Answer.Broken broken ->
                throw new PartlyWritten(
                        "Some of these events are recorded. Send the same request again: an event with an event_id counts once.",
                        broken.failure());
            case Answer.OfReservation other -> throw unexpected(other);
            case Answer.Released other -> throw unexpected(other);
        };
    }

    /**
     * Holds the most a call may use.
     *
     * @throws io.tokentally.quota.QuotaExceeded when it does not fit a limit of the user or the tenant: nothing is held
     * @throws ReservationConflict when the Idempotency-Key was used for another reservation
     * @throws UnpricedModel when a cost limit applies and the model has no known price
     */
    public Reservation reserve(TenantId tenant, ReserveUsage wanted) {
        mustExist(tenant);
        Answer answer = writeOne(Command.Reserve.of(tenant, ids.generate(), wanted));
        return switch (answer) {
            case Answer.OfReservation of -> of.reservation();
            case Answer.Failed failed -> throw failed.failure();
            case Answer.Broken broken -> throw broken.failure();
            case Answer.OfUsage other -> throw unexpected(other);
            case Answer.Released other -> throw unexpected(other);
        };
    }

    /**
     * Returns what is held; of a reservation that is over, nothing.
     *
     * @throws NotFound when there is none of this id
     * @throws ReservationSettled when an event has settled it
     */
    public void release(TenantId tenant, UUID reservation) {
        if (!exists(tenant)) {
            throw new NotFound();
        }
        switch (writeOne(new Command.Release(tenant, reservation))) {
            case Answer.Released done -> {}
            case Answer.Failed failed -> throw failed.failure();
            case Answer.Broken broken -> throw broken.failure();
            case Answer.OfUsage other -> throw unexpected(other);
            case Answer.OfReservation other -> throw unexpected(other);
        }
    }

    /**
     * Undoes a recorded event, once: a new row takes all its numbers back, on the same day.
     *
     * @return the reversal, recorded now or before
     * @throws NotFound when there is no such event
     * @throws NotReversible when it is a reversal
     * @throws AlreadyReversed when it was reversed for another reason
     */
    public Outcome reverse(TenantId tenant, UUID event, String reason) {
        Optional<Fact> undone = transactions.read(tenant, transaction -> UsageRows.find(transaction, tenant, event));
        if (undone.isEmpty()) {
            return reversedBefore(tenant, event, reason);
        }
        if (undone.get().reversal() != null) {
            throw new NotReversible();
        }
        return once(outcome(
                writeOne(new Command.Reverse(
                        tenant, ids.generate(), clock.instant(), undone.get(), reason, audit(tenant, undone.get()))),
                List.of()));
    }

    private Consumer<Handle> audit(TenantId tenant, Fact undone) {
        return audit.prepare(
                tenant, new AuditEntry(AuditAction.USAGE_REVERSED, undone.id().toString(), undone.userKey(), Map.of()));
    }

    /** The first answer outlives the rows. */
    private Outcome reversedBefore(TenantId tenant, UUID event, String reason) {
        var key = new EventKeys.Key(tenant, Digests.identityOfReversal(event));
        return transactions
                .read(
                        tenant,
                        transaction -> Optional.ofNullable(
                                EventKeys.known(transaction, List.of(key)).get(key)))
                .map(first -> once(Decisions.repeated(first, reason)))
                .orElseThrow(NotFound::new);
    }

    private static Outcome once(Outcome outcome) {
        if (outcome instanceof Outcome.Conflict) {
            throw new AlreadyReversed();
        }
        return outcome;
    }

    private List<Command.Record> records(TenantId tenant, List<RecordUsage> usages, boolean withStanding) {
        mustExist(tenant);
        Instant now = clock.instant();
        partitions.ensureFor(usages.stream()
                .flatMap(usage -> usage.occurredAt() == null
                        ? Stream.of(now, now.minus(LONGEST_HOLD))
                        : Stream.of(usage.occurredAt()))
                .toList());
        return usages.stream()
                .map(usage -> Command.Record.of(tenant, ids.generate(), now, usage, withStanding))
                .toList();
    }

    private Answer writeOne(Command command) {
        return lanes.write(Work.of(List.of(command))).getFirst();
    }

    /** Makes the tenant at its first write, where this installation does that. */
    private void mustExist(TenantId tenant) {
        if (!known.contains(tenant)) {
            transactions.write(tenant, transaction -> tenants.forWriting(transaction, tenant));
            known.add(tenant);
        }
    }

    private boolean exists(TenantId tenant) {
        return known.contains(tenant)
                || !transactions
                        .read(tenant, transaction -> tenants.all(transaction, Set.of(tenant)))
                        .isEmpty();
    }

    private static IllegalStateException unexpected(Answer answer) {
        return new IllegalStateException("a lane gave the wrong answer: " + answer);
    }
}
