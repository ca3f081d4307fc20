package io.tokentally.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.tokentally.shared.TenantId;
import io.tokentally.testing.ApiTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@ApiTest
class TenantTransactionsTest {

    private static final TenantId ACME = new TenantId("acme");

    @Inject
    TenantTransactions transactions;

    @Inject
    AgroalDataSource pool;

    @Test
    @Timeout(30)
    void readOnOneSnapshotAlsoOverANewConnection() {
        pool.flush(FlushMode.ALL);
        while (pool.getMetrics().availableCount() > 0) {
            Thread.onSpinWait(); // the pool closes them in the background
        }

        assertThat(isolation()).isEqualTo("repeatable read");
    }

    @Test
    void leaveNoBindingOnTheConnection() {
        transactions.write(ACME, transaction -> null);

        String bound = transactions.unbound(transaction -> transaction
                .createQuery("select coalesce(tokentally_tenant(), 'nobody')")
                .mapTo(String.class)
                .one());
        assertThat(bound).isEqualTo("nobody");
    }

    private String isolation() {
        return transactions.read(
                ACME,
                transaction -> transaction
                        .createQuery("select current_setting('transaction_isolation')")
                        .mapTo(String.class)
                        .one());
    }
}
