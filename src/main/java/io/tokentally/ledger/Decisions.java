package io.tokentally.ledger;

import io.tokentally.ledger.EventKeys.FirstAnswer;
import io.tokentally.ledger.EventKeys.Key;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Rating;
import io.tokentally.quota.Balance;
import io.tokentally.quota.KnownUser;
import io.tokentally.quota.QuotaExceeded;
import io.tokentally.quota.Spend;
import io.tokentally.quota.Standing;
import io.tokentally.quota.TenantUser;
import io.tokentally.quota.TierLimits;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Tenant;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Decides what becomes of commands, one after another, over what a transaction has locked, and gathers what is to be
 * written. Holds that are due are expired before the first decision.
 */
final class Decisions {

    private final Instant now;
    private final SealedDays sealed;
    private final Map<TenantId, Tenant> tenants;
    private final Map<TenantId, PriceBook> books;
    private final TierLimits limits;
    private final Map<TenantUser, KnownUser> users;
    private final Map<UUID, PricedUsage> usages;
    private final Map<UUID, FirstAnswer> firsts;
    private final Balances balances;
    private final Map<Holds.Id, Hold> holds;
    private final Map<Key, Hold> holdsByKey = new HashMap<>();

    private final List<Fact> facts = new ArrayList<>();
    private final Map<UUID, Hold> granted = new LinkedHashMap<>();
    private final Map<UUID, Hold> ended = new LinkedHashMap<>();

    /**
     * @param firsts who holds the key of each command, by the command's id; absent: it has no key, or nobody may claim it
     * @param repeated the reservations already granted under an Idempotency-Key of these commands
     */
    Decisions(
            Instant now,
            SealedDays sealed,
            Map<TenantId, Tenant> tenants,
            Map<TenantId, PriceBook> books,
            TierLimits limits,
            Map<TenantUser, KnownUser> users,
            Map<UUID, PricedUsage> usages,
            Map<UUID, FirstAnswer> firsts,
            Balances balances,
            Map<Holds.Id, Hold> holds,
            Collection<Hold> repeated) {
        this.now = now;
        this.sealed = sealed;
        this.tenants = tenants;
        this.books = books;
        this.limits = limits;
        this.users = users;
        this.usages = usages;
        this.firsts = firsts;
        this.balances = balances;
        this.holds = holds;
        repeated.forEach(hold -> holdsByKey.put(new Key(hold.tenant(), hold.key()), hold));
        List.copyOf(holds.values()).stream()
                .filter(hold -> hold.isDue(now))
                .forEach(hold -> end(hold, Hold.State.EXPIRED, null));
    }

    Answer decide(Command command) {
        return switch (command) {
            case Command.Record record -> record(record);
            case Command.Reserve reserve -> reserve(reserve);
            case Command.Release release -> release(release);
            case Command.Reverse reverse -> reverse(reverse);
        };
    }

    void write(Handle transaction) {
        Holds.insert(transaction, granted.values());
        Holds.end(transaction, ended.values(), now);
        balances.write(transaction);
        if (!facts.isEmpty()) {
            UsageRows.insert(transaction, facts);
            new Tally(transaction, facts).add();
        }
    }

    private Answer record(Command.Record command) {
        FirstAnswer first = firsts.get(command.id());
        PricedUsage usage = usages.get(command.id());
        Outcome outcome = first != null && !first.id().equals(command.id())
                ? repeated(first, command)
                : sealed.openAgainFrom(usage.day())
                        .<Outcome>map(Outcome.BeyondRetention::new)
                        .orElseGet(() -> recorded(usage));
        return new Answer.OfUsage(outcome, command.withStanding() ? standing(command) : null);
    }

    private Outcome recorded(PricedUsage usage) {
        Command.Record command = usage.command();
        Long user = keyOfUser(command, users);
        Optional<Hold> hold = holdOf(command, user);
        ReservationStatus status = status(command, hold, null);
        boolean settles = status == ReservationStatus.SETTLED;
        Fact fact = usage.by(user, settles && passes(usage, hold.orElseThrow().held()));
        if (settles) {
            end(hold.orElseThrow(), Hold.State.SETTLED, fact.id());
        }
        facts.add(fact);
        balances.use(fact);
        return new Outcome.Recorded(fact.id(), fact.cost(), status);
    }

    private Outcome repeated(FirstAnswer first, Command.Record command) {
        if (!first.content().equals(command.content())) {
            return new Outcome.Conflict();
        }
        Optional<Hold> hold = holdOf(command, keyOfUser(command, users));
        return new Outcome.Duplicate(first.id(), first.cost(), status(command, hold, first.id()));
    }

    private Optional<Hold> holdOf(Command.Record command, Long user) {
        return Optional.ofNullable(command.usage().reservationId())
                .map(id -> holds.get(new Holds.Id(command.tenant(), id)))
                .filter(hold -> Objects.equals(hold.userKey(), user));
    }

    /** @param first the event of the first answer when this one is a repetition; it may be what settled the hold */
    private static ReservationStatus status(Command.Record command, Optional<Hold> hold, UUID first) {
        if (command.usage().reservationId() == null) {
            return null;
        }
        return hold.map(found -> switch (found.state()) {
                    case HELD -> ReservationStatus.SETTLED;
                    case EXPIRED -> ReservationStatus.EXPIRED;
                    case RELEASED -> ReservationStatus.RELEASED;
                    case SETTLED ->
                        found.usageId().equals(first) ? ReservationStatus.SETTLED : ReservationStatus.ALREADY_SETTLED;
                })
                .orElse(ReservationStatus.UNKNOWN);
    }

    private static boolean passes(PricedUsage usage, Spend held) {
        return usage.command().usage().tokens().total() > held.tokens()
                || (usage.cost() != null && usage.cost().total().compareTo(held.cost()) > 0);
    }

    private Answer reserve(Command.Reserve command) {
        Hold earlier = command.identity() == null ? null : holdsByKey.get(keyOf(command));
        if (earlier != null) {
            return earlier.content().equals(command.content())
                    ? answer(earlier, command, true)
                    : new Answer.Failed(new ReservationConflict());
        }
        Optional<BigDecimal> cost = books.get(command.tenant())
                .priceAt(command.wanted().provider(), command.wanted().model(), now)
                .map(price -> Rating.most(
                        price, command.wanted().promptTokens(), command.wanted().maxCompletionTokens(), now));
        Standing standing = standing(command);
        if (cost.isEmpty()
                && standing.limitsCost()
                && !tenants.get(command.tenant()).allowsUnpriced()) {
            return new Answer.Failed(new UnpricedModel());
        }
        Spend asked = new Spend(
                command.wanted().promptTokens() + command.wanted().maxCompletionTokens(),
                cost.orElse(BigDecimal.ZERO),
                1L);
        Optional<QuotaExceeded> refusal = standing.refusalOf(asked, now);
        return refusal.isPresent() ? new Answer.Failed(refusal.get()) : grant(command, asked);
    }

    private Answer grant(Command.Reserve command, Spend asked) {
        var hold = new Hold(
                command.tenant(),
                command.id(),
                keyOfUser(command, users),
                tenants.get(command.tenant()).zones().monthOf(now).atDay(1),
                Hold.State.HELD,
                asked,
                now,
                now.plus(command.wanted().ttl()),
                null,
                command.identity(),
                command.identity() == null ? null : command.content());
        granted.put(hold.id(), hold);
        if (hold.key() != null) {
            holdsByKey.put(keyOf(command), hold);
        }
        balances.hold(hold);
        return answer(hold, command, false);
    }

    private Answer answer(Hold hold, Command.Reserve command, boolean repeated) {
        Spend available = standing(command).available();
        return new Answer.OfReservation(new Reservation(hold.id(), hold.expiresAt(), hold.held(), available, repeated));
    }

    private Answer release(Command.Release command) {
        Hold hold = holds.get(new Holds.Id(command.tenant(), command.reservation()));
        if (hold == null) {
            return new Answer.Failed(new NotFound());
        }
        return switch (hold.state()) {
            case HELD -> {
                end(hold, Hold.State.RELEASED, null);
                yield new Answer.Released();
            }
            case RELEASED, EXPIRED -> new Answer.Released();
            case SETTLED -> new Answer.Failed(new ReservationSettled());
        };
    }

    private Answer reverse(Command.Reverse command) {
        FirstAnswer first = firsts.get(command.id());
        return new Answer.OfUsage(
                first != null && !first.id().equals(command.id())
                        ? repeated(first, command.reason())
                        : sealed.openAgainFrom(command.undone().day())
                                .<Outcome>map(Outcome.BeyondRetention::new)
                                .orElseGet(() -> reversed(command)),
                null);
    }

    static Outcome repeated(FirstAnswer first, String reason) {
        return first.content().equals(Digests.contentOfReversal(reason))
                ? new Outcome.Duplicate(first.id(), first.cost(), null)
                : new Outcome.Conflict();
    }

    private Outcome reversed(Command.Reverse command) {
        Fact fact = command.undone().reversed(command.id(), command.receivedAt(), command.reason());
        facts.add(fact);
        balances.use(fact);
        return new Outcome.Recorded(fact.id(), Sums.signed(fact.cost(), -1), null);
    }

    private void end(Hold hold, Hold.State state, UUID usage) {
        Hold end = hold.ended(state, usage);
        holds.put(new Holds.Id(hold.tenant(), hold.id()), end);
        ended.put(hold.id(), end);
        balances.free(hold);
    }

    private Standing standing(Command command) {
        Tenant tenant = tenants.get(command.tenant());
        JsonUserId id = userOf(command);
        KnownUser user = id == null ? null : knownUser(tenant.id(), id, users);
        Balance ofTenant = balances.of(thisMonth(tenant, null, now));
        Balance ofUser =
                user == null || user.isNobody() ? Balance.EMPTY : balances.of(thisMonth(tenant, user.key(), now));
        return limits.standing(tenant, user, ofUser, ofTenant, tenant.zones().endOfMonth(now));
    }

    static Map<Holds.Id, Hold> byId(Collection<Hold> holds) {
        var byId = new HashMap<Holds.Id, Hold>();
        holds.forEach(hold -> byId.put(new Holds.Id(hold.tenant(), hold.id()), hold));
        return byId;
    }

    static Balances.Key thisMonth(Tenant tenant, Long user, Instant now) {
        return new Balances.Key(tenant.id(), user, tenant.zones().monthOf(now).atDay(1));
    }

    static Key keyOf(Command.Record command) {
        return new Key(command.tenant(), command.identity());
    }

    static Key keyOf(Command.Reserve command) {
        return new Key(command.tenant(), command.identity());
    }

    static Key keyOf(Command.Reverse command) {
        return new Key(
                command.tenant(), Digests.identityOfReversal(command.undone().id()));
    }

    private static Long keyOfUser(Command command, Map<TenantUser, KnownUser> users) {
        JsonUserId user = userOf(command);
        return user == null
                ? null
                : Long.valueOf(knownUser(command.tenant(), user, users).key());
    }

    /** Null also for a user who was never seen, and has no balance. */
    static Long keyOfKnownUser(Command command, Map<TenantUser, KnownUser> users) {
        Long key = keyOfUser(command, users);
        return key == null || key == KnownUser.NOBODY.key() ? null : key;
    }

    private static KnownUser knownUser(TenantId tenant, JsonUserId user, Map<TenantUser, KnownUser> users) {
        return users.getOrDefault(new TenantUser(tenant, user.id()), KnownUser.NOBODY);
    }

    /** Null where a command names none. */
    static JsonUserId userOf(Command command) {
        return switch (command) {
            case Command.Record record ->
                record.usage().userId() == null
                        ? null
                        : new JsonUserId(record.usage().userId(), record.usage().userIdIsNumber());
            case Command.Reserve reserve -> reserve.wanted().user();
            case Command.Release release -> null;
            case Command.Reverse reverse -> null;
        };
    }
}
