package io.tokentally.ledger;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.tokentally.ledger.EventKeys.FirstAnswer;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Prices;
import io.tokentally.quota.Standing;
import io.tokentally.quota.Standings;
import io.tokentally.quota.UserKeys;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Tenant;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.tenancy.Tenants;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The only writer of usage. One command list is one transaction: identities, events, balances and rollups change
 * together or not at all, and when {@link #record} returns they are on disk.
 */
@ApplicationScoped
public class Ledger {

    private final TenantTransactions transactions;
    private final Tenants tenants;
    private final Prices prices;
    private final Partitions partitions;
    private final Standings standings;
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    Ledger(
            TenantTransactions transactions,
            Tenants tenants,
            Prices prices,
            Partitions partitions,
            Standings standings,
            Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.prices = prices;
        this.partitions = partitions;
        this.standings = standings;
        this.clock = clock;
    }

    /** What became of one command, and where its user (or the tenant, without one) stands with it counted. */
    public record Recorded(Outcome outcome, Standing standing) {}

    /** The standing is read in the transaction of the event: nothing can fail after the event is committed. */
    public Recorded record(TenantId id, RecordUsage command) {
        return inOneTransaction(
                id,
                List.of(command),
                (transaction, tenant, outcomes) -> new Recorded(
                        outcomes.getFirst(), standings.at(clock.instant(), transaction, tenant, command.userId())));
    }

    /** One outcome per command, in their order. Commands of equal identity are decided in their order too. */
    public List<Outcome> record(TenantId id, List<RecordUsage> commands) {
        return inOneTransaction(id, commands, (transaction, tenant, outcomes) -> outcomes);
    }

    private interface Answer<T> {
        T of(Handle transaction, Tenant tenant, List<Outcome> outcomes);
    }

    private <T> T inOneTransaction(TenantId id, List<RecordUsage> commands, Answer<T> answer) {
        Instant now = clock.instant();
        List<UUID> newIds = commands.stream().map(command -> ids.generate()).toList();
        partitions.ensureFor(commands.stream()
                .map(command -> command.occurredAt() == null ? now : command.occurredAt())
                .toList());
        return Retries.whenAborted(() -> transactions.write(id, transaction -> {
            Tenant tenant = tenants.forWriting(transaction, id);
            return answer.of(transaction, tenant, record(transaction, tenant, commands, newIds, now));
        }));
    }

    private List<Outcome> record(
            Handle transaction, Tenant tenant, List<RecordUsage> commands, List<UUID> newIds, Instant now) {
        PriceBook book = prices.bookOf(transaction, tenant.id());
        var usages = new ArrayList<PricedUsage>();
        for (int i = 0; i < commands.size(); i++) {
            usages.add(PricedUsage.of(newIds.get(i), commands.get(i), now, tenant.zones(), book));
        }
        Map<ByteBuffer, FirstAnswer> firsts = EventKeys.claim(transaction, tenant.id(), usages);
        var outcomes = usages.stream().map(usage -> decide(usage, firsts)).toList();
        write(transaction, tenant.id(), accepted(usages, outcomes), now);
        return outcomes;
    }

    private static Outcome decide(PricedUsage usage, Map<ByteBuffer, FirstAnswer> firsts) {
        if (usage.identity() == null) {
            return new Outcome.Recorded(usage.id(), usage.cost());
        }
        FirstAnswer first = firsts.get(usage.identity());
        if (first.id().equals(usage.id())) {
            return new Outcome.Recorded(usage.id(), usage.cost());
        }
        return first.content().equals(usage.content())
                ? new Outcome.Duplicate(first.id(), first.cost())
                : new Outcome.Conflict();
    }

    private static List<PricedUsage> accepted(List<PricedUsage> usages, List<Outcome> outcomes) {
        var accepted = new ArrayList<PricedUsage>();
        for (int i = 0; i < usages.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Recorded) {
                accepted.add(usages.get(i));
            }
        }
        return accepted;
    }

    private static void write(Handle transaction, TenantId tenant, List<PricedUsage> usages, Instant now) {
        if (usages.isEmpty()) {
            return;
        }
        // a usage without a user has no key: a HashMap answers null for null
        var userKeys = new HashMap<>(UserKeys.of(transaction, tenant, users(usages), now));
        UsageRows.insert(transaction, tenant, usages, userKeys);
        new Tally(transaction, tenant, usages, userKeys).add();
    }

    private static List<JsonUserId> users(List<PricedUsage> usages) {
        var seen = new HashMap<UserId, JsonUserId>();
        for (PricedUsage usage : usages) {
            RecordUsage command = usage.command();
            if (command.userId() != null) {
                seen.putIfAbsent(command.userId(), new JsonUserId(command.userId(), command.userIdIsNumber()));
            }
        }
        return List.copyOf(seen.values());
    }
}
