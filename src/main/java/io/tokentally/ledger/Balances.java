package io.tokentally.ledger;

import io.tokentally.quota.Balance;
import io.tokentally.quota.Spend;
import io.tokentally.shared.TenantId;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The balances a transaction of the ledger touches: {@code quota_balance} and {@code tenant_balance}, locked before
 * anything is decided, moved in memory while it is, and written once.
 */
final class Balances {

    /** @param userKey null: the tenant's own */
    record Key(TenantId tenant, Long userKey, LocalDate month) {

        private Key ofTenant() {
            return new Key(tenant, null, month);
        }
    }

    private static final class Account {

        private final long callsBefore;
        private Balance balance;
        private Sums added;
        private Spend held = Spend.NOTHING;
        private boolean touched;

        private Account(Balance balance) {
            this.balance = balance;
            this.callsBefore = balance.used().calls();
        }

        private long userStep() {
            return Tally.userStep(callsBefore, balance.used().calls());
        }
    }

    private record Row(Key key, Account account, long users) {

        private long count(Function<Sums, Long> sum) {
            return account.added == null ? 0 : sum.apply(account.added);
        }

        private OffsetDateTime at(Function<Sums, Instant> end) {
            return account.added == null ? null : end.apply(account.added).atOffset(ZoneOffset.UTC);
        }

        private BigDecimal cost() {
            return account.added == null ? BigDecimal.ZERO : account.added.totalCost();
        }
    }

    private static final String SUMS = """
            %1$sevents = b.events + row.events, used_calls = b.used_calls + row.calls,
                used_prompt_tokens = b.used_prompt_tokens + row.prompt,
                used_completion_tokens = b.used_completion_tokens + row.completion,
                used_cost = b.used_cost + row.cost, unpriced_calls = b.unpriced_calls + row.unpriced,
                held_calls = b.held_calls + row.held_calls, held_tokens = b.held_tokens + row.held_tokens,
                held_cost = b.held_cost + row.held_cost""";

    private static final String BALANCE = """
            month, used_prompt_tokens + used_completion_tokens as used_tokens, used_cost, used_calls,
            held_tokens, held_cost, held_calls, unpriced_calls""";

    private static final Unnest<Key> USER_KEYS = new Unnest<Key>()
            .column("tenant_id", "text", key -> key.tenant.value())
            .column("user_key", "bigint", Key::userKey)
            .column("month", "date", Key::month);

    private static final Unnest<Key> TENANT_KEYS = new Unnest<Key>()
            .column("tenant_id", "text", key -> key.tenant.value())
            .column("month", "date", Key::month);

    private static final Unnest<Row> USER_ROWS = sums(new Unnest<Row>()
                    .column("tenant_id", "text", row -> row.key.tenant.value())
                    .column("user_key", "bigint", row -> row.key.userKey)
                    .column("month", "date", row -> row.key.month))
            .column("first", "timestamptz", row -> row.at(Sums::first))
            .column("last", "timestamptz", row -> row.at(Sums::last));

    private static final Unnest<Row> TENANT_ROWS = sums(new Unnest<Row>()
                    .column("tenant_id", "text", row -> row.key.tenant.value())
                    .column("month", "date", row -> row.key.month))
            .column("users", "bigint", Row::users);

    private static final String EXISTING_USERS = """
            select tenant_id, user_key, month from quota_balance
            where (tenant_id, user_key, month) in (select * from %s)""".formatted(USER_KEYS.from());

    private static final String EXISTING_TENANTS = """
            select tenant_id, null::bigint as user_key, month from tenant_balance
            where (tenant_id, month) in (select * from %s)""".formatted(TENANT_KEYS.from());

    private static final String LOCK_USERS = """
            select tenant_id, user_key, %s from quota_balance
            where (tenant_id, user_key, month) in (select * from %s)
            order by tenant_id, user_key, month for no key update""".formatted(BALANCE, USER_KEYS.from());

    private static final String LOCK_TENANTS = """
            select tenant_id, null::bigint as user_key, %s from tenant_balance
            where (tenant_id, month) in (select * from %s)
            order by tenant_id, month for no key update""".formatted(BALANCE, TENANT_KEYS.from());

    private static final String OPEN_USERS = """
            insert into quota_balance (tenant_id, user_key, month, events, used_calls, used_prompt_tokens,
                used_completion_tokens, used_cost, unpriced_calls)
            select row.*, 0, 0, 0, 0, 0, 0 from %s order by tenant_id collate "C", user_key, month
            on conflict do nothing""".formatted(USER_KEYS.from());

    private static final String OPEN_TENANTS = """
            insert into tenant_balance (tenant_id, month, users, events, used_calls, used_prompt_tokens,
                used_completion_tokens, used_cost, unpriced_calls)
            select row.*, 0, 0, 0, 0, 0, 0, 0 from %s order by tenant_id collate "C", month
            on conflict do nothing""".formatted(TENANT_KEYS.from());

    private static final String WRITE_USERS = """
            update quota_balance b set %s, first_call = least(b.first_call, row.first), last_call = greatest(b.last_call, row.last)
            from %s where b.tenant_id = row.tenant_id and b.user_key = row.user_key and b.month = row.month""".formatted(SUMS.formatted(""), USER_ROWS.from());

    private static final String WRITE_TENANTS =
            """
            update tenant_balance b set %s
            from %s where b.tenant_id = row.tenant_id and b.month = row.month""".formatted(SUMS.formatted("users = b.users + row.users, "), TENANT_ROWS.from());

    private final Map<Key, Account> accounts = new HashMap<>();

    private Balances() {}

    /** For decisions without a database. */
    static Balances of(Map<Key, Balance> known) {
        var balances = new Balances();
        known.forEach((key, balance) -> balances.accounts.put(key, new Account(balance)));
        return balances;
    }

    /**
     * Locks the balances until commit, users before tenants, and makes those that are not there: what nobody has made
     * nobody can lock. A user's balance brings the tenant's with it.
     */
    static Balances lock(Handle transaction, Collection<Key> wanted) {
        List<Key> users =
                wanted.stream().filter(key -> key.userKey != null).distinct().toList();
        List<Key> tenants = wanted.stream().map(Key::ofTenant).distinct().toList();
        open(transaction, users, USER_KEYS, EXISTING_USERS, OPEN_USERS);
        open(transaction, tenants, TENANT_KEYS, EXISTING_TENANTS, OPEN_TENANTS);
        var balances = new Balances();
        balances.lock(transaction, users, USER_KEYS, LOCK_USERS);
        balances.lock(transaction, tenants, TENANT_KEYS, LOCK_TENANTS);
        return balances;
    }

    /** Before anything is locked: who waits for another's new row must hold none that the other may want. */
    private static void open(Handle transaction, List<Key> keys, Unnest<Key> columns, String existing, String open) {
        if (keys.isEmpty()) {
            return;
        }
        Set<Key> there = columns.bind(transaction.createQuery(existing), transaction, keys)
                .map((row, context) -> key(row))
                .set();
        List<Key> missing = keys.stream().filter(key -> !there.contains(key)).toList();
        if (!missing.isEmpty()) {
            columns.bind(transaction.createUpdate(open), transaction, missing).execute();
        }
    }

    private void lock(Handle transaction, List<Key> keys, Unnest<Key> columns, String lock) {
        if (!keys.isEmpty()) {
            read(columns.bind(transaction.createQuery(lock), transaction, keys));
        }
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(
                new TenantId(row.getString("tenant_id")),
                row.getObject("user_key", Long.class),
                row.getObject("month", LocalDate.class));
    }

    private void read(Query locked) {
        locked.map((row, context) -> Map.entry(key(row), balance(row)))
                .forEach(entry -> accounts.put(entry.getKey(), new Account(entry.getValue())));
    }

    private static Balance balance(ResultSet row) throws SQLException {
        return new Balance(
                new Spend(row.getLong("used_tokens"), row.getBigDecimal("used_cost"), row.getLong("used_calls")),
                new Spend(row.getLong("held_tokens"), row.getBigDecimal("held_cost"), row.getLong("held_calls")),
                row.getLong("unpriced_calls"));
    }

    /** As it stands at this point of the decisions. */
    Balance of(Key key) {
        return accounts.get(key).balance;
    }

    void use(Fact fact) {
        Sums sums = Sums.of(fact);
        each(new Key(fact.tenant(), fact.userKey(), fact.month()), account -> {
            account.balance = account.balance.using(sums.spend(), sums.unpricedCalls());
            account.added = account.added == null ? sums : account.added.plus(sums);
        });
    }

    void hold(Hold hold) {
        move(hold, hold.held());
    }

    void free(Hold hold) {
        move(hold, hold.held().negated());
    }

    private void move(Hold hold, Spend amount) {
        each(new Key(hold.tenant(), hold.userKey(), hold.month()), account -> {
            account.balance = account.balance.holding(amount);
            account.held = account.held.plus(amount);
        });
    }

    private void each(Key key, Consumer<Account> change) {
        if (key.userKey != null) {
            change(key, change);
        }
        change(key.ofTenant(), change);
    }

    private void change(Key key, Consumer<Account> change) {
        Account account = Objects.requireNonNull(accounts.get(key), "a balance was not locked");
        change.accept(account);
        account.touched = true;
    }

    void write(Handle transaction) {
        Map<Key, Long> users = movedUsers();
        write(transaction, key -> key.userKey != null, users, USER_ROWS, WRITE_USERS);
        write(transaction, key -> key.userKey == null, users, TENANT_ROWS, WRITE_TENANTS);
    }

    private void write(
            Handle transaction, Predicate<Key> which, Map<Key, Long> users, Unnest<Row> columns, String sql) {
        List<Row> rows = accounts.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()) && entry.getValue().touched)
                .map(entry -> new Row(entry.getKey(), entry.getValue(), users.getOrDefault(entry.getKey(), 0L)))
                .toList();
        if (!rows.isEmpty()) {
            columns.bind(transaction.createUpdate(sql), transaction, rows).execute();
        }
    }

    /** By how much the number of each tenant's users with a call in a month moves. */
    private Map<Key, Long> movedUsers() {
        var moved = new HashMap<Key, Long>();
        accounts.forEach((key, account) -> {
            if (key.userKey != null) {
                moved.merge(key.ofTenant(), account.userStep(), Long::sum);
            }
        });
        return moved;
    }

    private static Unnest<Row> sums(Unnest<Row> keys) {
        return keys.column("events", "bigint", row -> row.count(Sums::events))
                .column("calls", "bigint", row -> row.count(Sums::calls))
                .column(
                        "prompt",
                        "bigint",
                        row -> row.count(sums -> sums.tokens().prompt()))
                .column(
                        "completion",
                        "bigint",
                        row -> row.count(sums -> sums.tokens().completion()))
                .column("cost", "numeric", Row::cost)
                .column("unpriced", "bigint", row -> row.count(Sums::unpricedCalls))
                .column("held_calls", "bigint", row -> row.account.held.calls())
                .column("held_tokens", "bigint", row -> row.account.held.tokens())
                .column("held_cost", "numeric", row -> row.account.held.cost());
    }
}
