package io.tokentally.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.tokentally.shared.TenantId;
import io.tokentally.testing.ApiTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@ApiTest
class TenantTransactionsTest {

    private final TenantId acme = new TenantId("a-" + UUID.randomUUID());
    private final TenantId other = new TenantId("b-" + UUID.randomUUID());

    @Inject
    TenantTransactions transactions;

    @Inject
    Tenants tenants;

    @Inject
    AgroalDataSource pool;

    @BeforeEach
    void bothExist() {
        transactions.write(acme, transaction -> tenants.ensure(transaction, acme));
        transactions.write(other, transaction -> tenants.ensure(transaction, other));
    }

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
        transactions.write(acme, transaction -> null);

        assertThat(transactions.unbound(TenantTransactionsTest::whoIsSeen)).isEmpty();
    }

    @Test
    void leaveNoBindingWhenTheyFail() {
        assertThatThrownBy(() -> transactions.write(acme, transaction -> transaction.execute("select 1 / 0")))
                .hasMessageContaining("division by zero");

        assertThat(transactions.unbound(TenantTransactionsTest::whoIsSeen)).isEmpty();
        assertThat(transactions.read(other, TenantTransactionsTest::whoIsSeen)).containsExactly(other.value());
    }

    /** As when the ledger's own connection is shared by tenants, one after the other. */
    @Nested
    class OfTheLedger {

        private static final Duration PATIENCE = Duration.ofSeconds(5);

        @Test
        void seeTheTenantsOfTheirCommandsAndNoOther() {
            TenantId third = new TenantId("c-" + UUID.randomUUID());
            transactions.write(third, transaction -> tenants.ensure(transaction, third));
            try (LedgerConnection ledger = transactions.ledgerConnection(PATIENCE)) {
                assertThat(ledger.write(List.of(acme, third), TenantTransactionsTest::whoIsSeen))
                        .containsExactly(acme.value(), third.value());
                assertThat(ledger.write(List.of(other), TenantTransactionsTest::whoIsSeen))
                        .containsExactly(other.value());
                assertThat(ledger.write(List.of(), TenantTransactionsTest::whoIsSeen))
                        .isEmpty();
            }
        }

        @Test
        void leaveNoBindingWhenTheyFail() {
            try (LedgerConnection ledger = transactions.ledgerConnection(PATIENCE)) {
                assertThatThrownBy(() ->
                                ledger.write(List.of(acme, other), transaction -> transaction.execute("select 1 / 0")))
                        .hasMessageContaining("division by zero");

                assertThat(ledger.write(List.of(other), TenantTransactionsTest::whoIsSeen))
                        .containsExactly(other.value());
            }
        }
    }

    /** A pooler hands one session to many clients, and a SET of one of them stays on it. */
    @Nested
    class OnASessionSomebodyElseHasBound {

        private static final String FOREIGN =
                "set tokentally.tenants = '%1$s'; set tokentally.tenant = '%1$s'; set tokentally.platform = 'tenants'";

        @Test
        @Timeout(30)
        void seeOnlyTheirOwn() {
            onAForeignSession(() -> {
                assertThat(transactions.read(acme, TenantTransactionsTest::whoIsSeen))
                        .containsExactly(acme.value());
                assertThat(transactions.write(acme, TenantTransactionsTest::whoIsSeen))
                        .containsExactly(acme.value());
                assertThat(transactions.survey(acme, "select", TenantTransactionsTest::whoIsSeen))
                        .containsExactly(acme.value());
                assertThat(transactions.stream(acme, "select", TenantTransactionsTest::whoIsSeen))
                        .containsExactly(acme.value());
            });
        }

        @Test
        @Timeout(30)
        void seeNobodyWhenUnbound() {
            onAForeignSession(() -> assertThat(transactions.unbound(TenantTransactionsTest::whoIsSeen))
                    .isEmpty());
        }

        @Test
        void seeOnlyTheirOwnInTheLedger() {
            try (LedgerConnection ledger = transactions.ledgerConnection(Duration.ofSeconds(5))) {
                ledger.write(List.of(acme), transaction -> transaction.execute(FOREIGN.formatted(other.value())));

                assertThat(ledger.write(List.of(acme), TenantTransactionsTest::whoIsSeen))
                        .containsExactly(acme.value());

                ledger.write(List.of(acme), transaction -> transaction.execute("reset all"));
            }
        }

        /** The pool gives a thread the connection it had last, unless somebody was faster: then again. */
        private void onAForeignSession(Runnable work) {
            int bound;
            do {
                bound = transactions.unbound(transaction -> {
                    transaction.execute(FOREIGN.formatted(other.value()));
                    return session(transaction);
                });
            } while (bound != transactions.<Integer>unbound(TenantTransactionsTest::session));
            try {
                work.run();
                assertThat(transactions.<Integer>unbound(TenantTransactionsTest::session))
                        .as("it was that session all the time")
                        .isEqualTo(bound);
            } finally {
                pool.flush(FlushMode.ALL);
            }
        }
    }

    private static int session(Handle transaction) {
        return transaction
                .createQuery("select pg_backend_pid()")
                .mapTo(Integer.class)
                .one();
    }

    /** Every tenant there is for this transaction. */
    private static List<String> whoIsSeen(Handle transaction) {
        return transaction
                .createQuery("select tenant_id from tenant order by 1")
                .mapTo(String.class)
                .list();
    }

    private String isolation() {
        return transactions.read(
                acme,
                transaction -> transaction
                        .createQuery("select current_setting('transaction_isolation')")
                        .mapTo(String.class)
                        .one());
    }
}
