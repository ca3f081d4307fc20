package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The seed document's SQL, verbatim, as the serving role with the tenant bound the way {@code PGOPTIONS} binds it. */
@ApiTest
class SeedSqlTest {

    private final Organisation acme = Organisation.fresh();

    @BeforeEach
    void threeUsers() {
        acme.putUser("1", "{\"username\": \"ann\", \"email\": \"ann@example.com\"}");
        acme.putUser("2", "{\"username\": \"bob\", \"email\": \"bob@example.com\"}");
        call(1, "analyze_homework", "gpt-4o", 2_400_000);
        call(2, "chat", "gpt-4o-mini", 2_000_000);
        call(2, "chat", "gpt-4o-mini", 2_000_000);
        Organisation.fresh().record("{\"user_id\":9,\"endpoint\":\"x\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");
    }

    private void call(int user, String endpoint, String model, int tokens) {
        acme.record("{\"user_id\":" + user + ",\"endpoint\":\"" + endpoint + "\",\"model\":\"" + model
                + "\",\"prompt_tokens\":" + tokens + "}");
    }

    @Test
    void checksIfTheTableExists() throws SQLException {
        assertThat(run("SELECT * FROM user_api_usage LIMIT 1;")).hasSize(1);
    }

    @Test
    void countsTheCalls() throws SQLException {
        assertThat(run("SELECT COUNT(*) FROM user_api_usage;")).containsExactly("3");
    }

    @Test
    void checksTheViews() throws SQLException {
        assertThat(run("SELECT * FROM user_usage_summary LIMIT 5;")).hasSize(2);
        assertThat(run("SELECT * FROM endpoint_usage_summary;"))
                .containsExactlyInAnyOrder(
                        "analyze_homework|gpt-4o|1|2400000|6|2400000|6", "chat|gpt-4o-mini|2|4000000|0.6|2000000|0.3");
        assertThat(run("SELECT * FROM daily_usage_summary WHERE date >= CURRENT_DATE - INTERVAL '7 days';"))
                .singleElement()
                .asString()
                .endsWith("|3|2|6400000|6.6");
    }

    @Test
    void ranksUsersByCost() throws SQLException {
        assertThat(run("""
                SELECT username, total_cost\s
                FROM user_usage_summary\s
                ORDER BY total_cost DESC\s
                LIMIT 10;
                """)).containsExactly("ann|6", "bob|0.6");
    }

    @Test
    void ranksEndpointsByCost() throws SQLException {
        assertThat(run("""
                SELECT endpoint, model, cost_usd\s
                FROM endpoint_usage_summary\s
                ORDER BY cost_usd DESC;
                """)).containsExactly("analyze_homework|gpt-4o|6", "chat|gpt-4o-mini|0.6");
    }

    @Test
    void showsTheDailyTrend() throws SQLException {
        assertThat(run("""
                SELECT date, cost_usd\s
                FROM daily_usage_summary\s
                ORDER BY date DESC\s
                LIMIT 30;
                """)).singleElement().asString().endsWith("|6.6");
    }

    @Test
    void findsUsersOverBudget() throws SQLException {
        assertThat(run("""
                SELECT username, email, total_cost\s
                FROM user_usage_summary\s
                WHERE total_cost > 5.00  -- $5 threshold
                ORDER BY total_cost DESC;
                """)).containsExactly("ann|ann@example.com|6");
    }

    @Test
    void hasAMonthlyView() throws SQLException {
        assertThat(run("SELECT api_calls, unique_users, total_tokens, cost_usd FROM monthly_usage_summary"))
                .containsExactly("3|2|6400000|6.6");
    }

    private List<String> run(String sql) throws SQLException {
        try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var lines = new ArrayList<String>();
            while (rows.next()) {
                var cells = new ArrayList<String>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String cell = rows.getString(i);
                    cells.add(cell == null || !cell.matches("\\d+\\.\\d+") ? cell : plain(cell));
                }
                lines.add(String.join("|", cells.stream().map(String::valueOf).toList()));
            }
            return lines;
        }
    }

    private static String plain(String number) {
        return new java.math.BigDecimal(number).stripTrailingZeros().toPlainString();
    }
}
