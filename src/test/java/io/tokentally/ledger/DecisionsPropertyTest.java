package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.SomePrices;
import io.tokentally.quota.Balance;
import io.tokentally.quota.KnownUser;
import io.tokentally.quota.LimitOverrides;
import io.tokentally.quota.QuotaExceeded;
import io.tokentally.quota.Spend;
import io.tokentally.quota.TenantUser;
import io.tokentally.quota.TierLimits;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.TokenCounts;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Tenant;
import io.tokentally.tenancy.TenantZones;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Any commands in any order and in batches of any size, beside a model that adds up by itself: a grant is given exactly
 * when it fits (truth 6), and the balances are always the sum of the facts and of the holds that are left.
 */
class DecisionsPropertyTest {

    private static final TenantId ACME = new TenantId("acme");
    private static final LocalDate MONTH = LocalDate.parse("2026-06-01");
    private static final Instant START = Instant.parse("2026-06-10T12:00:00Z");
    private static final PriceBook PRICES = SomePrices.catalogueBook();
    private static final MonthlyLimits OF_A_USER = new MonthlyLimits(4_000L, null, 5L);
    private static final MonthlyLimits OF_THE_TENANT = new MonthlyLimits(9_000L, new BigDecimal("0.004"), 12L);
    private static final Tenant TENANT =
            new Tenant(ACME, "Acme", TenantZones.UTC, "t", OF_THE_TENANT, false, Instant.EPOCH, null, null);

    /** @param which of the reservations there are */
    private record Step(Kind kind, int user, int tokens, int which, int seconds) {}

    private enum Kind {
        RESERVE,
        RECORD,
        SETTLE,
        RELEASE,
        REVERSE,
        COMMIT,
        WAIT
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just(Kind.RESERVE)),
                Tuple.of(2, Arbitraries.just(Kind.RECORD)),
                Tuple.of(3, Arbitraries.just(Kind.SETTLE)),
                Tuple.of(2, Arbitraries.just(Kind.RELEASE)),
                Tuple.of(1, Arbitraries.just(Kind.REVERSE)),
                Tuple.of(2, Arbitraries.just(Kind.COMMIT)),
                Tuple.of(1, Arbitraries.just(Kind.WAIT)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of(0, 1, 999, 1_000, 2_000),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.integers().between(1, 90))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void aGrantIsGivenExactlyWhenItFitsAndTheBalancesAreTheSumOfWhatIs(@ForAll("steps") List<Step> steps) {
        var world = new World();
        for (Step step : steps) {
            world.take(step);
        }
        world.commit();
    }

    private static final class World {

        private final Map<TenantUser, KnownUser> users = new HashMap<>();
        private final Map<Holds.Id, Hold> rows = new HashMap<>();
        private final List<Hold> granted = new ArrayList<>();
        private final List<Fact> facts = new ArrayList<>();
        private final List<Command> open = new ArrayList<>();
        private Map<Balances.Key, Balance> balances = new HashMap<>();
        private Instant now = START;

        World() {
            balances.put(key(null), Balance.EMPTY);
            for (long user = 0; user < 3; user++) {
                users.put(
                        new TenantUser(ACME, id(user)),
                        new KnownUser(user, null, new LimitOverrides(JsonNodeFactory.instance.objectNode())));
                balances.put(key(user), Balance.EMPTY);
            }
        }

        void take(Step step) {
            switch (step.kind) {
                case RESERVE -> open.add(reserve(step));
                case RECORD -> open.add(record(step, null));
                case SETTLE -> pick(step).ifPresent(hold -> open.add(record(step, hold.id())));
                case RELEASE -> pick(step).ifPresent(hold -> open.add(new Command.Release(ACME, hold.id())));
                case REVERSE -> {
                    if (!facts.isEmpty()) {
                        Fact undone = facts.get(step.which % facts.size());
                        if (undone.reversal() == null
                                && facts.stream().noneMatch(fact -> isReversalOf(fact, undone))
                                && open.stream().noneMatch(command -> isReversalOf(command, undone))) {
                            open.add(new Command.Reverse(ACME, UUID.randomUUID(), now, undone, "why", audited -> {}));
                        }
                    }
                }
                case COMMIT -> commit();
                case WAIT -> {
                    commit();
                    now = now.plusSeconds(step.seconds);
                }
            }
        }

        private static boolean isReversalOf(Fact fact, Fact undone) {
            return fact.reversal() != null && fact.reversal().undone().equals(undone.id());
        }

        private static boolean isReversalOf(Command command, Fact undone) {
            return command instanceof Command.Reverse reverse
                    && reverse.undone().id().equals(undone.id());
        }

        private Optional<Hold> pick(Step step) {
            return granted.isEmpty() ? Optional.empty() : Optional.of(granted.get(step.which % granted.size()));
        }

        void commit() {
            var state = Balances.of(balances);
            var usages = new HashMap<UUID, PricedUsage>();
            for (Command command : open) {
                if (command instanceof Command.Record record) {
                    usages.put(record.id(), PricedUsage.of(record, now, TenantZones.UTC, PRICES));
                }
            }
            var decisions = new Decisions(
                    now,
                    SealedDays.NONE,
                    Map.of(ACME, TENANT),
                    Map.of(ACME, PRICES),
                    TierLimits.of(ACME, Map.of("t", OF_A_USER)),
                    users,
                    usages,
                    Map.of(),
                    state,
                    rows,
                    List.of());
            for (Command command : open) {
                decide(command, decisions, usages);
            }
            assertSums(state);
            var after = new HashMap<Balances.Key, Balance>();
            balances.keySet().forEach(key -> after.put(key, state.of(key)));
            balances = after;
            open.clear();
        }

        private void decide(Command command, Decisions decisions, Map<UUID, PricedUsage> usages) {
            boolean fits = command instanceof Command.Reserve reserve && fits(reserve);
            Hold hold =
                    command instanceof Command.Record record && record.usage().reservationId() != null
                            ? rows.get(new Holds.Id(ACME, record.usage().reservationId()))
                            : null;
            Answer answer = decisions.decide(command);
            switch (command) {
                case Command.Reserve reserve -> {
                    assertThat(answer instanceof Answer.OfReservation).isEqualTo(fits);
                    if (answer instanceof Answer.Failed failed) {
                        assertThat(failed.failure()).isInstanceOf(QuotaExceeded.class);
                    } else {
                        Reservation reservation = ((Answer.OfReservation) answer).reservation();
                        Hold made = hold(reserve, reservation);
                        rows.put(new Holds.Id(ACME, made.id()), made);
                        granted.add(made);
                    }
                }
                case Command.Record record -> {
                    Long user = hold == null ? null : hold.userKey();
                    Long caller = Long.valueOf(record.usage().userId().value());
                    ReservationStatus status = ((Outcome.Recorded) ((Answer.OfUsage) answer).outcome()).reservation();
                    if (status == ReservationStatus.SETTLED) {
                        assertThat(hold.state()).isEqualTo(Hold.State.HELD);
                        assertThat(user).isEqualTo(caller);
                    }
                    facts.add(usages.get(record.id()).by(caller, false));
                }
                case Command.Release release -> {}
                case Command.Reverse reverse -> facts.add(reverse.undone().reversed(reverse.id(), now, "why"));
            }
        }

        /** The model's own sum: every fact there is, and every hold whose row says so and whose time is not over. */
        private boolean fits(Command.Reserve reserve) {
            long user = Long.parseLong(reserve.wanted().user().id().value());
            Spend asked = asked(reserve);
            return within(committed(user).plus(asked), OF_A_USER, committed(user))
                    && within(committed(null).plus(asked), OF_THE_TENANT, committed(null));
        }

        private static boolean within(Spend with, MonthlyLimits limits, Spend without) {
            return with.calls() <= limits.calls()
                    && with.tokens() <= limits.tokens()
                    && without.tokens() < limits.tokens()
                    && (limits.cost() == null
                            || with.cost().compareTo(limits.cost()) <= 0
                                    && without.cost().compareTo(limits.cost()) < 0);
        }

        private Spend committed(Long user) {
            return used(user).plus(held(user));
        }

        private Spend used(Long user) {
            return facts.stream()
                    .filter(fact -> user == null || user.equals(fact.userKey()))
                    .map(fact -> Sums.of(fact).spend())
                    .reduce(Spend.NOTHING, Spend::plus);
        }

        private Spend held(Long user) {
            return rows.values().stream()
                    .filter(hold -> user == null || user.equals(hold.userKey()))
                    .filter(hold -> hold.isHeld() && hold.expiresAt().isAfter(now))
                    .map(Hold::held)
                    .reduce(Spend.NOTHING, Spend::plus);
        }

        private void assertSums(Balances state) {
            for (Balances.Key key : balances.keySet()) {
                assertThat(state.of(key).used()).isEqualTo(used(key.userKey()));
                assertThat(state.of(key).held()).isEqualTo(held(key.userKey()));
            }
        }

        private static Spend asked(Command.Reserve reserve) {
            BigDecimal cost = new BigDecimal("0.00000015")
                    .multiply(BigDecimal.valueOf(reserve.wanted().promptTokens()));
            return new Spend(reserve.wanted().promptTokens(), cost, 1L);
        }

        private Hold hold(Command.Reserve reserve, Reservation reservation) {
            assertThat(reservation.held()).isEqualTo(asked(reserve));
            return new Hold(
                    ACME,
                    reservation.id(),
                    Long.valueOf(reserve.wanted().user().id().value()),
                    MONTH,
                    Hold.State.HELD,
                    reservation.held(),
                    now,
                    reservation.expiresAt(),
                    null,
                    null,
                    null);
        }

        private static Command.Reserve reserve(Step step) {
            return Command.Reserve.of(
                    ACME,
                    UUID.randomUUID(),
                    new ReserveUsage(
                            new JsonUserId(id(step.user), true),
                            "openai",
                            "gpt-4o-mini",
                            step.tokens,
                            0,
                            Duration.ofSeconds(step.seconds),
                            null));
        }

        private Command.Record record(Step step, UUID reservation) {
            var usage = new RecordUsage(
                    id(step.user),
                    true,
                    "e",
                    "openai",
                    "gpt-4o-mini",
                    TokenCounts.of(step.tokens, 0),
                    "api",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    true,
                    null,
                    step.which == 0,
                    new TreeMap<>(),
                    Set.of(),
                    reservation);
            return Command.Record.of(ACME, UUID.randomUUID(), now, usage, false);
        }

        private static UserId id(long user) {
            return new UserId(Long.toString(user));
        }

        private static Balances.Key key(Long user) {
            return new Balances.Key(ACME, user, MONTH);
        }
    }
}
