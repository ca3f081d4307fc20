package io.tokentally.ledger;

import io.tokentally.ledger.EventKeys.Claim;
import io.tokentally.ledger.EventKeys.FirstAnswer;
import io.tokentally.ledger.EventKeys.Key;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Prices;
import io.tokentally.quota.KnownUser;
import io.tokentally.quota.TenantUser;
import io.tokentally.quota.TierLimits;
import io.tokentally.quota.UserKeys;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Tenant;
import io.tokentally.tenancy.Tenants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * One transaction of the ledger. It locks what the commands touch in the one order (event keys, users, reservations,
 * balances of users, then of tenants), decides in memory in the commands' order, and writes each table once.
 *
 * <p>Answers and numbers are those the commands would have got one after another.
 */
final class Batch {

    private final Handle transaction;
    private final List<Command> commands;
    private final Instant now;
    private final SealedDays sealed;
    private final Tenants allTenants;
    private final Map<TenantId, Tenant> named;
    private Map<TenantId, Tenant> tenants;
    private final Map<TenantId, PriceBook> books;

    /** The events that commands undo, by the command's id, as they stand under the locks. */
    private final Map<UUID, Fact> undone = new HashMap<>();

    private Batch(
            Handle transaction,
            List<Command> commands,
            Instant now,
            SealedDays sealed,
            Tenants tenants,
            Prices prices) {
        this.transaction = transaction;
        this.now = now;
        this.sealed = sealed;
        this.allTenants = tenants;
        this.named =
                tenants.all(transaction, commands.stream().map(Command::tenant).collect(Collectors.toSet()));
        this.tenants = active(named);
        this.books = prices.booksOf(transaction, this.tenants.keySet());
        this.commands = commands.stream()
                .filter(command -> this.tenants.containsKey(command.tenant()))
                .toList();
    }

    /**
     * One answer per command, in their order; nothing of it counts before the commit.
     *
     * @param sealed what takes no more events, as far as is known; PostgreSQL has no place for what it misses
     */
    static List<Answer> apply(
            Handle transaction,
            List<Command> commands,
            Instant now,
            SealedDays sealed,
            Tenants tenants,
            Prices prices) {
        var batch = new Batch(transaction, commands, now, sealed, tenants, prices);
        Decisions decisions = batch.decisions();
        List<Answer> answers = commands.stream()
                .map(command -> batch.tenants.containsKey(command.tenant())
                        ? decisions.decide(batch.asItStands(command))
                        : new Answer.Failed(Tenants.refusal(batch.named.get(command.tenant()))))
                .toList();
        decisions.write(transaction);
        noteReversals(transaction, commands, answers);
        return answers;
    }

    private static void noteReversals(Handle transaction, List<Command> commands, List<Answer> answers) {
        for (int i = 0; i < answers.size(); i++) {
            boolean isDone = answers.get(i) instanceof Answer.OfUsage of && of.outcome() instanceof Outcome.Recorded;
            if (isDone && commands.get(i) instanceof Command.Reverse reversal) {
                reversal.audit().accept(transaction);
            }
        }
    }

    /** No other may write. This transaction has begun, so who suspends a tenant now waits for its end. */
    private static Map<TenantId, Tenant> active(Map<TenantId, Tenant> named) {
        return named.values().stream().filter(Tenant::isActive).collect(Collectors.toMap(Tenant::id, tenant -> tenant));
    }

    private Decisions decisions() {
        Map<UUID, PricedUsage> usages = usages();
        Map<UUID, FirstAnswer> firsts = firsts(claims(usages));
        Collection<UserKeys.Seen> seen = seen(usages, firsts);
        Map<TenantUser, KnownUser> users = UserKeys.of(transaction, seen, now);
        readAgainWhatIsUndone();
        List<Hold> holds = Holds.lock(transaction, reservations().keySet(), tenants.keySet(), now);
        Balances balances = Balances.lock(transaction, touched(usages, users, holds));
        List<Hold> repeated = Holds.withKeys(transaction, reservationKeys());
        if (all(Command.Reserve.class).findAny().isPresent()) {
            // A limit that was changed while we waited for the locks holds from now on.
            tenants = allTenants.all(transaction, tenants.keySet());
            users = UserKeys.of(transaction, seen, now);
        }
        return new Decisions(
                now,
                sealed,
                tenants,
                books,
                limits(),
                users,
                usages,
                firsts,
                balances,
                Decisions.byId(holds),
                repeated);
    }

    private <C extends Command> Stream<C> all(Class<C> kind) {
        return commands.stream().filter(kind::isInstance).map(kind::cast);
    }

    private Map<UUID, PricedUsage> usages() {
        Map<Holds.Id, Holds.Grant> grants = Holds.grants(
                transaction,
                reservations().entrySet().stream()
                        .filter(Map.Entry::getValue)
                        .map(Map.Entry::getKey)
                        .toList());
        var usages = new HashMap<UUID, PricedUsage>();
        all(Command.Record.class)
                .forEach(command -> usages.put(
                        command.id(),
                        PricedUsage.of(
                                command,
                                occurredAt(command, grants),
                                tenants.get(command.tenant()).zones(),
                                books.get(command.tenant()))));
        return usages;
    }

    /** The reservations that commands name, and whether one of those is an event that takes its instant from it. */
    private Map<Holds.Id, Boolean> reservations() {
        var named = new HashMap<Holds.Id, Boolean>();
        all(Command.Record.class)
                .filter(command -> command.usage().reservationId() != null)
                .forEach(command -> named.merge(
                        new Holds.Id(command.tenant(), command.usage().reservationId()),
                        command.usage().occurredAt() == null,
                        Boolean::logicalOr));
        all(Command.Release.class)
                .forEach(command -> named.putIfAbsent(new Holds.Id(command.tenant(), command.reservation()), false));
        return named;
    }

    private static Instant occurredAt(Command.Record command, Map<Holds.Id, Holds.Grant> grants) {
        RecordUsage usage = command.usage();
        if (usage.occurredAt() != null) {
            return usage.occurredAt();
        }
        return Optional.ofNullable(usage.reservationId())
                .map(id -> grants.get(new Holds.Id(command.tenant(), id)))
                .filter(grant -> Objects.equals(
                        grant.userId(),
                        usage.userId() == null ? null : usage.userId().value()))
                .map(Holds.Grant::at)
                .filter(at -> at.isAfter(command.receivedAt().minus(Ledger.LONGEST_HOLD)))
                .orElse(command.receivedAt());
    }

    /**
     * Who holds the key of each claim, by the claim's id. What lies in a sealed month claims no key: it is known from
     * before, or it is refused.
     */
    private Map<UUID, FirstAnswer> firsts(List<Claim> claims) {
        Map<Boolean, List<Claim>> bySealed =
                claims.stream().collect(Collectors.partitioningBy(claim -> sealed.contain(claim.day())));
        Map<Key, FirstAnswer> known = EventKeys.known(
                transaction,
                bySealed.get(true).stream().map(Claim::key).distinct().toList());
        Map<Key, FirstAnswer> claimed = EventKeys.claim(transaction, bySealed.get(false));
        var firsts = new HashMap<UUID, FirstAnswer>();
        bySealed.get(true).forEach(claim -> firsts.put(claim.id(), known.get(claim.key())));
        bySealed.get(false).forEach(claim -> firsts.put(claim.id(), claimed.get(claim.key())));
        return firsts;
    }

    private List<Claim> claims(Map<UUID, PricedUsage> usages) {
        var claims = new ArrayList<Claim>();
        for (Command command : commands) {
            switch (command) {
                case Command.Record record -> {
                    PricedUsage usage = usages.get(record.id());
                    if (record.identity() != null) {
                        claims.add(new Claim(
                                Decisions.keyOf(record), record.content(), record.id(), usage.day(), usage.cost()));
                    }
                }
                case Command.Reverse reverse ->
                    claims.add(new Claim(
                            Decisions.keyOf(reverse),
                            Digests.contentOfReversal(reverse.reason()),
                            reverse.id(),
                            reverse.undone().day(),
                            Sums.signed(reverse.undone().cost(), -1)));
                case Command.Reserve reserve -> {}
                case Command.Release release -> {}
            }
        }
        return claims;
    }

    /** A user comes to be by what is new of them. A repetition must not bring back who was erased since. */
    private Collection<UserKeys.Seen> seen(Map<UUID, PricedUsage> usages, Map<UUID, FirstAnswer> firsts) {
        Set<Key> granted = Holds.withKeys(transaction, reservationKeys()).stream()
                .map(hold -> new Key(hold.tenant(), hold.key()))
                .collect(Collectors.toSet());
        var seen = new HashMap<TenantUser, UserKeys.Seen>();
        for (Command command : commands) {
            JsonUserId user = Decisions.userOf(command);
            if (user != null) {
                boolean isNew = switch (command) {
                    case Command.Record record -> isNew(record, usages, firsts);
                    case Command.Reserve reserve ->
                        reserve.identity() == null || !granted.contains(Decisions.keyOf(reserve));
                    case Command.Release release -> false;
                    case Command.Reverse reverse -> false;
                };
                seen.merge(
                        new TenantUser(command.tenant(), user.id()),
                        new UserKeys.Seen(command.tenant(), user, isNew),
                        (first, again) -> first.isToBeKnown() ? first : again);
            }
        }
        return seen.values();
    }

    private boolean isNew(Command.Record command, Map<UUID, PricedUsage> usages, Map<UUID, FirstAnswer> firsts) {
        FirstAnswer first = firsts.get(command.id());
        return first == null
                ? !sealed.contain(usages.get(command.id()).day())
                : first.id().equals(command.id());
    }

    /**
     * A reversal repeats what its event says of a person, and was read without a lock. Now nobody is erased until commit:
     * what is read again stays as it is, or an erasure that waits for us finds the reversal too.
     */
    private void readAgainWhatIsUndone() {
        all(Command.Reverse.class)
                .filter(command -> command.undone().userKey() != null)
                .collect(Collectors.groupingBy(
                        Command.Reverse::tenant,
                        () -> new TreeMap<>(Comparator.comparing(TenantId::value)),
                        Collectors.toList()))
                .forEach((tenant, reversals) -> {
                    UserKeys.keep(
                            transaction,
                            tenant,
                            reversals.stream()
                                    .map(reversal -> reversal.undone().userKey())
                                    .toList());
                    reversals.forEach(reversal -> UsageRows.find(transaction, reversal.undone())
                            .ifPresent(fact -> undone.put(reversal.id(), fact)));
                });
    }

    private Command asItStands(Command command) {
        return command instanceof Command.Reverse reverse && undone.containsKey(reverse.id())
                ? reverse.of(undone.get(reverse.id()))
                : command;
    }

    private Set<Balances.Key> touched(
            Map<UUID, PricedUsage> usages, Map<TenantUser, KnownUser> users, List<Hold> holds) {
        var keys = new HashSet<Balances.Key>();
        for (Command command : commands) {
            Tenant tenant = tenants.get(command.tenant());
            Long user = Decisions.keyOfKnownUser(command, users);
            switch (command) {
                case Command.Record record -> {
                    keys.add(new Balances.Key(
                            tenant.id(), user, usages.get(record.id()).month()));
                    if (record.withStanding()) {
                        keys.add(Decisions.thisMonth(tenant, user, now));
                    }
                }
                case Command.Reserve reserve -> keys.add(Decisions.thisMonth(tenant, user, now));
                case Command.Reverse reverse ->
                    keys.add(new Balances.Key(
                            tenant.id(),
                            reverse.undone().userKey(),
                            reverse.undone().month()));
                case Command.Release release -> {}
            }
        }
        holds.forEach(hold -> keys.add(new Balances.Key(hold.tenant(), hold.userKey(), hold.month())));
        return keys;
    }

    private List<Key> reservationKeys() {
        return all(Command.Reserve.class)
                .filter(command -> command.identity() != null)
                .map(Decisions::keyOf)
                .distinct()
                .toList();
    }

    /** Read under the locks, never kept. */
    private TierLimits limits() {
        boolean asked = commands.stream()
                .anyMatch(command -> command instanceof Command.Reserve
                        || command instanceof Command.Record record && record.withStanding());
        return asked ? TierLimits.of(transaction, tenants.keySet()) : null;
    }
}
