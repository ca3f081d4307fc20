package io.tokentally.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.PartlyWritten;
import io.tokentally.shared.Refusal;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The answer is the cause's own, but says what is written already. */
class PartlyWrittenTest {

    private static final String SENTENCE = "At least 500 are recorded.";

    @Test
    void isAnsweredAsTheTroubleWithTheDatabaseIs() {
        Response answer = answer(new RuntimeException(new SQLException("terminated", "57P01")));

        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getHeaderString("Retry-After")).isEqualTo("5");
        assertThat(body(answer)).containsEntry("code", "database_unavailable").containsEntry("detail", SENTENCE);
    }

    @Test
    void isAnsweredAsTheRefusalIs() {
        Response answer = answer(new Full());

        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getHeaderString("Retry-After")).isEqualTo("1");
        assertThat(body(answer)).containsEntry("code", "full").containsEntry("detail", SENTENCE);
    }

    @Test
    void isAnsweredAsAFaultOfOursIs() {
        Response answer = answer(new IllegalStateException("a bug"));

        assertThat(answer.getStatus()).isEqualTo(500);
        assertThat(body(answer)).containsEntry("code", "internal_error").containsEntry("detail", SENTENCE);
    }

    private static Response answer(RuntimeException cause) {
        return new Failures().partlyWritten(new PartlyWritten(SENTENCE, cause));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> body(Response answer) {
        return (Map<String, Object>) answer.getEntity();
    }

    private static final class Full extends Refusal {

        Full() {
            super(Kind.UNAVAILABLE, "full", "Nothing was written.");
        }

        @Override
        public Map<String, String> headers() {
            return Map.of("Retry-After", "1");
        }
    }
}
