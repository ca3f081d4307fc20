package io.tokentally.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokentally.shared.ResponseTimes;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Sql;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ledger counts response times in Java, the self-check and reports over rows in SQL: one must be the other. */
@ApiTest
class ResponseTimeBoundsTest {

    @Test
    void areTheSameInJavaAndInSql() throws SQLException {
        List<String> countedInSql = counted(
                "select ms || ' ' || counted_response_times(array_agg(response_time_bucket(ms)))::text from (%s) around group by ms");

        assertThat(countedInSql).hasSizeGreaterThan(500).allSatisfy(line -> {
            String[] words = line.split(" ");
            assertThat(words[1]).isEqualTo(sql(ResponseTimes.of(Long.parseLong(words[0]), 1)));
        });
    }

    @Test
    void addAndSubtractAlike() throws SQLException {
        ResponseTimes sum = ResponseTimes.of(3, 1)
                .plus(ResponseTimes.of(700, 1))
                .plus(ResponseTimes.of(90_000, 1))
                .plus(ResponseTimes.of(3, -1));

        assertThat(
                        counted(
                                "select counted_response_times(array_agg(response_time_bucket(ms) * calls)) from (values (3, 1), (700, 1), (90000, 1), (-3, -1)) c (ms, calls)"))
                .containsExactly(sql(sum));
        assertThat(
                        counted(
                                "select sum_response_times(counts::bigint[], calls) from (values ('[2:3]={1,1}', 1), ('[2:2]={1}', -1), (null, 1), ('[9:9]={4}', 1)) c (counts, calls)"))
                .containsExactly("[3:9]={1,0,0,0,0,0,4}");
        assertThat(
                        counted(
                                "select sum_response_times(counts::bigint[], calls) from (values ('[2:3]={1,1}', 1), ('[2:3]={1,1}', -1)) c (counts, calls)"))
                .containsOnlyNulls();
    }

    /** PostgreSQL leaves bounds away that begin at 1. */
    private static String sql(ResponseTimes times) {
        return times.toSql().replaceFirst("^\\[1:.*=", "");
    }

    private static List<String> counted(String query) throws SQLException {
        try (var app = PostgresForTests.server().connectAsApp("")) {
            return Sql.texts(app, query.formatted("""
                    select distinct greatest(bound + step, 0) as ms
                    from unnest(response_time_bounds()) bound, generate_series(-1, 1) step"""));
        }
    }
}
