package io.tokentally.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.TenantTransactions;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@ApiTest
class UnfinishedFileTest {

    /** Remembers whether it was closed: then the server would end the answer as if it were whole. */
    private static final class Answer extends ByteArrayOutputStream {

        private boolean closed;

        @Override
        public void close() {
            closed = true;
        }
    }

    @Inject
    TenantTransactions transactions;

    @Test
    void doesNotLookLikeAFinishedOne() {
        var answer = new Answer();

        assertThatThrownBy(() -> transactions.stream(new TenantId("acme"), transaction -> {
                    transaction.execute("set local statement_timeout = '1ms'");
                    assertThatThrownBy(() -> transaction.execute("select pg_sleep(1)"));
                    UsageCsv.writeSummary(transaction, Formulas.GUARDED, answer);
                    return null;
                }))
                .isInstanceOf(RuntimeException.class);
        assertThat(answer.closed).isFalse();
    }

    /** The database fails when the first bytes are on their way. */
    @Test
    void doesNotLookLikeAFinishedDocument() {
        Organisation acme = Organisation.fresh();
        acme.tryToRecord(IntStream.range(0, 50)
                .mapToObj(i ->
                        "{\"user_id\":7,\"endpoint\":\"e\",\"model\":\"m\",\"prompt_tokens\":1,\"session_id\":\"%0200d\"}"
                                .formatted(i))
                .collect(Collectors.joining(",", "[", "]")));
        var tenant = new TenantId(acme.id());
        var answer = new Answer();

        assertThatThrownBy(() -> transactions.stream(tenant, transaction -> {
                    PersonDocument.write(transaction, tenant, new UserId("7"), new FilterOutputStream(answer) {
                        @Override
                        public void write(byte[] bytes, int from, int length) {
                            answer.write(bytes, from, length);
                            assertThatThrownBy(() -> transaction.execute("select 1 / 0"));
                        }
                    });
                    return null;
                }))
                .isInstanceOf(RuntimeException.class);
        assertThat(answer.toString()).startsWith("{\"person\":{\"user_id\":7,").doesNotContain("events");
        assertThat(answer.closed).isFalse();
    }
}
