package io.tokentally.tenancy;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * The only way to the database: a transaction bound to one tenant. Row security shows it that tenant's rows and no
 * others; the binding ends with the transaction, so a pooled connection carries it to nobody. Panache entities used
 * inside take part in the same transaction and see the same rows.
 */
@ApplicationScoped
public class TenantTransactions {

    /** The book of the product's own price catalogue; no tenant id can look like this. */
    private static final String CATALOGUE = "*";

    private static final int LONGEST_SECONDS = 600;

    private final DataSource dataSource;
    private final Jdbi jdbi;

    TenantTransactions(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbi = Jdbi.create(dataSource).installPlugin(new PostgresPlugin());
    }

    /** Runs {@code work} and commits; when this returns, what it wrote is on disk. */
    public <T> T write(TenantId tenant, Function<Handle, T> work) {
        return inTransaction(handle -> {
            bind(handle, tenant.value());
            return work.apply(handle);
        });
    }

    /** Runs {@code work} on one snapshot: every statement sees the same moment, so figures agree with each other. */
    public <T> T read(TenantId tenant, Function<Handle, T> work) {
        return QuarkusTransaction.requiringNew().timeout(LONGEST_SECONDS).call(() -> {
            takeOneSnapshot();
            return jdbi.withHandle(handle -> {
                bind(handle, tenant.value());
                return work.apply(handle);
            });
        });
    }

    /** For the product's own price catalogue, which belongs to no tenant. */
    public <T> T writeCatalogue(Function<Handle, T> work) {
        return inTransaction(handle -> {
            bind(handle, CATALOGUE);
            return work.apply(handle);
        });
    }

    /** For what belongs to no tenant at all; with no tenant bound, row security shows no row. */
    public <T> T unbound(Function<Handle, T> work) {
        return inTransaction(work);
    }

    private <T> T inTransaction(Function<Handle, T> work) {
        return QuarkusTransaction.requiringNew().timeout(LONGEST_SECONDS).call(() -> jdbi.withHandle(work::apply));
    }

    /**
     * Before Jdbi sees the connection of this transaction: on a new one its plugin asks PostgreSQL for types, and after any
     * query it is too late to choose the isolation.
     */
    private void takeOneSnapshot() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read, read only");
        } catch (SQLException failure) {
            throw new ConnectionException(failure);
        }
    }

    private static void bind(Handle handle, String tenant) {
        handle.createQuery("select set_config('tokentally.tenant', :tenant, true)")
                .bind("tenant", tenant)
                .mapTo(String.class)
                .one();
    }
}
