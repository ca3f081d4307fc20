package io.tokentally.tenancy;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * The only way to the database: a transaction bound to one tenant, or to those whose commands the ledger carries. Row security shows it that tenant's rows and no
 * others; the binding ends with the transaction, so a pooled connection carries it to nobody. Panache entities used
 * inside take part in the same transaction and see the same rows.
 */
@ApplicationScoped
public class TenantTransactions {

    /** Stands for the installation itself where a tenant stands otherwise; no tenant id can look like this. */
    public static final String PLATFORM = "*";

    /** The lock that every writing transaction shares; who takes it alone has waited for all of them. */
    static final String WRITERS = "hashtext('tokentally.writers')";

    /** Nothing is sealed while rows are read: a dropped partition is gone from older snapshots too. */
    public static final String KEEP_ROWS = "lock table user_api_usage in access share mode";

    private static final String READ_ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only";

    private static final int LONGEST_SECONDS = 600;

    /** Of reading, or summing up anew, all that a tenant has. */
    private static final int LONGEST_SURVEY_SECONDS = 6 * 3_600;

    /** Of a statement of a report; an export may take longer. */
    private static final String LONGEST_READ = "30s";

    /** For a row that another transaction holds. The ledger then tries again. */
    private static final String LONGEST_WAIT = "2s";

    /**
     * JDBI's PostgreSQL types alone. The plugin also asks each new connection about large objects, inside our
     * transaction: after that query it is too late to choose the transaction's snapshot.
     */
    private static final class PostgresTypes extends PostgresPlugin {

        @Override
        public Handle customizeHandle(Handle handle) {
            return handle;
        }
    }

    private final Jdbi jdbi;

    TenantTransactions(DataSource dataSource) {
        this.jdbi = Jdbi.create(dataSource).installPlugin(new PostgresTypes());
        // A failed statement must not put its arguments, which name people, into the log.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    }

    /** Runs {@code work} and commits; when this returns, what it wrote is on disk. */
    public <T> T write(TenantId tenant, Function<Handle, T> work) {
        return inTransaction(handle -> {
            bindForWriting(handle, Binding.of(tenant.value()));
            return work.apply(handle);
        });
    }

    /**
     * Runs {@code work} on one snapshot: every statement sees the same moment, so figures agree with each other. A
     * statement that takes too long is ended.
     */
    public <T> T read(TenantId tenant, Function<Handle, T> work) {
        return onOneSnapshot(tenant, handle -> {
            set(handle, "statement_timeout", LONGEST_READ);
            return work.apply(handle);
        });
    }

    /**
     * As {@link #read}, with locks.
     *
     * @param locks as of {@link #survey}
     */
    public <T> T read(TenantId tenant, String locks, Function<Handle, T> work) {
        return onLockedSnapshot("repeatable read, read only", LONGEST_SECONDS, tenant, locks, handle -> {
            set(handle, "statement_timeout", LONGEST_READ);
            return work.apply(handle);
        });
    }

    /** As {@link #read}, for answers that take as long as their client takes to read them. */
    public <T> T stream(TenantId tenant, Function<Handle, T> work) {
        return onOneSnapshot(tenant, work);
    }

    /**
     * As {@link #stream}, with locks.
     *
     * @param locks as of {@link #survey}
     */
    public <T> T stream(TenantId tenant, String locks, Function<Handle, T> work) {
        return onLockedSnapshot("repeatable read, read only", LONGEST_SECONDS, tenant, locks, work);
    }

    /**
     * As {@link #stream}, for reading all that a tenant has: it may take hours.
     *
     * @param locks taken before the snapshot: whom they keep out is wholly in it, or comes after this transaction
     */
    public <T> T survey(TenantId tenant, String locks, Function<Handle, T> work) {
        return onLockedSnapshot("repeatable read, read only", LONGEST_SURVEY_SECONDS, tenant, locks, work);
    }

    /**
     * As {@link #write}, on one snapshot. A row that somebody else changed after it is not changed again: PostgreSQL
     * ends the transaction instead (40001) and nothing of it is kept.
     *
     * @param locks as of {@link #survey}
     */
    public <T> T writeOnOneSnapshot(TenantId tenant, String locks, Function<Handle, T> work) {
        return onLockedSnapshot("repeatable read", LONGEST_SURVEY_SECONDS, tenant, locks, work);
    }

    private <T> T onLockedSnapshot(
            String isolation, int longestSeconds, TenantId tenant, String locks, Function<Handle, T> work) {
        return inTransaction(longestSeconds, handle -> {
            // none of these takes the snapshot; the binding does
            handle.execute("set transaction isolation level " + isolation);
            handle.execute("set local lock_timeout = '" + LONGEST_WAIT + "'");
            handle.execute(locks);
            bind(handle, tenant.value());
            return work.apply(handle);
        });
    }

    /** Every tenant there is, those being removed left out, for work of the platform that visits them one by one; it sees nothing else of them. */
    public List<TenantId> platformTenants() {
        return readTenants(
                handle -> handle.createQuery("select tenant_id from tenant where removed_at is null order by tenant_id")
                        .map((row, context) -> new TenantId(row.getString("tenant_id")))
                        .list());
    }

    /** For what is the installation's own: the price catalogue, and what the platform did. */
    public <T> T writePlatform(Function<Handle, T> work) {
        return inTransaction(handle -> {
            bindForWriting(handle, Binding.of(PLATFORM));
            return work.apply(handle);
        });
    }

    /** For what the operator does to a tenant: its rows are written, and the platform's own log with them. */
    <T> T writeAsPlatform(TenantId tenant, Function<Handle, T> work) {
        return inTransaction(handle -> {
            bindForWriting(handle, Binding.withPlatform(tenant));
            return work.apply(handle);
        });
    }

    /** As {@link #read}, for the platform's own log. */
    <T> T readPlatform(Function<Handle, T> work) {
        return inTransaction(handle -> {
            handle.execute(READ_ONE_SNAPSHOT);
            bind(handle, PLATFORM);
            set(handle, "statement_timeout", LONGEST_READ);
            return work.apply(handle);
        });
    }

    /** Tells which tenants there are and what they are called; it sees nothing else of them. */
    <T> T readTenants(Function<Handle, T> work) {
        return inTransaction(handle -> {
            handle.execute(READ_ONE_SNAPSHOT);
            bind(handle, Binding.LIST_OF_TENANTS);
            return work.apply(handle);
        });
    }

    /**
     * Waits until no writing transaction is left that may have begun before now, and keeps new ones out for that moment:
     * afterwards every writer knows what was committed before, such as that a tenant is suspended.
     */
    void waitForWriters() {
        inTransaction(handle -> {
            set(handle, "lock_timeout", LONGEST_WAIT);
            return handle.createQuery("select pg_advisory_xact_lock(" + WRITERS + ")::text")
                    .mapTo(String.class)
                    .one();
        });
    }

    /** For what belongs to no tenant at all; with no tenant bound, row security shows no row. */
    public <T> T unbound(Function<Handle, T> work) {
        return inTransaction(handle -> {
            bind(handle, Binding.NOBODY);
            return work.apply(handle);
        });
    }

    /** For a lane of the ledger, which writes for many tenants in one transaction. Nobody else needs this. */
    public LedgerConnection ledgerConnection(Duration patience) {
        return new LedgerConnection(jdbi, patience);
    }

    /** For one thread, which keeps it. Nothing is bound. */
    OwnConnection ownConnection() {
        return new OwnConnection(jdbi);
    }

    private <T> T onOneSnapshot(TenantId tenant, Function<Handle, T> work) {
        return inTransaction(handle -> {
            handle.execute(READ_ONE_SNAPSHOT);
            bind(handle, tenant.value());
            return work.apply(handle);
        });
    }

    private <T> T inTransaction(Function<Handle, T> work) {
        return inTransaction(LONGEST_SECONDS, work);
    }

    private <T> T inTransaction(int longestSeconds, Function<Handle, T> work) {
        return QuarkusTransaction.requiringNew().timeout(longestSeconds).call(() -> jdbi.withHandle(work::apply));
    }

    private static void bindForWriting(Handle handle, Binding binding) {
        binding.in(handle.createQuery("""
                        select pg_advisory_xact_lock_shared(%s)::text
                        from set_config('lock_timeout', :wait, true) as lock_timeout,
                             """.formatted(WRITERS) + Binding.SETTINGS))
                .bind("wait", LONGEST_WAIT)
                .mapTo(String.class)
                .one();
    }

    private static void bind(Handle handle, String tenant) {
        bind(handle, Binding.of(tenant));
    }

    private static void bind(Handle handle, Binding binding) {
        binding.in(handle.createQuery("select tenant from " + Binding.SETTINGS))
                .mapTo(String.class)
                .one();
    }

    /** Until the transaction ends. */
    private static void set(Handle handle, String setting, String value) {
        handle.createQuery("select set_config(:setting, :value, true)")
                .bind("setting", setting)
                .bind("value", value)
                .mapTo(String.class)
                .one();
    }
}
