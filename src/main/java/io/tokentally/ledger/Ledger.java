package io.tokentally.ledger;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.tokentally.ledger.EventKeys.FirstAnswer;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Prices;
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
    private final Clock clock;
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();

    Ledger(TenantTransactions transactions, Tenants tenants, Prices prices, Partitions partitions, Clock clock) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.prices = prices;
        this.partitions = partitions;
        this.clock = clock;
    }

    /** One outcome per command, in their order. Commands of equal identity are decided in their order too. */
    public List<Outcome> record(TenantId tenant, List<RecordUsage> commands) {
        Instant now = clock.instant();
        List<UUID> newIds = commands.stream().map(command -> ids.generate()).toList();
        partitions.ensureFor(commands.stream()
                .map(command -> command.occurredAt() == null ? now : command.occurredAt())
                .toList());
        return Retries.whenAborted(
                () -> transactions.write(tenant, transaction -> record(transaction, tenant, commands, newIds, now)));
    }

    private List<Outcome> record(
            Handle transaction, TenantId tenantId, List<RecordUsage> commands, List<UUID> newIds, Instant now) {
        Tenant tenant = tenants.forWriting(transaction, tenantId);
        PriceBook book = prices.bookOf(transaction, tenantId);
        var usages = new ArrayList<PricedUsage>();
        for (int i = 0; i < commands.size(); i++) {
            usages.add(PricedUsage.of(newIds.get(i), commands.get(i), now, tenant.zones(), book));
        }
        Map<ByteBuffer, FirstAnswer> firsts = EventKeys.claim(transaction, tenantId, usages);
        var outcomes = usages.stream().map(usage -> decide(usage, firsts)).toList();
        write(transaction, tenantId, accepted(usages, outcomes), now);
        return outcomes;
    }

    private static Outcome decide(PricedUsage usage, Map<ByteBuffer, FirstAnswer> firsts) {
        FirstAnswer first = usage.identity() == null ? null : firsts.get(usage.identity());
        if (first == null || first.id().equals(usage.id())) {
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
