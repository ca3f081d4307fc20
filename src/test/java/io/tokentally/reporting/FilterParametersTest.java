package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tokentally.reporting.DateRange.Otherwise;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.QueryParameters;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Proxy;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterParametersTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 3, 15);

    private final FilterParameters sent = new FilterParameters();
    private final MultivaluedMap<String, String> query = new MultivaluedHashMap<>();

    FilterParametersTest() {
        sent.uri = (UriInfo) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {UriInfo.class}, (uri, asked, none) -> query);
    }

    private UsageFilter read(Otherwise otherwise) {
        var parameters = new QueryParameters();
        UsageFilter filter = sent.read(parameters, otherwise, () -> TODAY);
        sent.mustBeShortEnoughForRows(parameters, filter);
        parameters.mustBeGood();
        return filter;
    }

    private UsageFilter read() {
        return read(Otherwise.lastDays(30));
    }

    private List<String> wrong() {
        return catchThrowableOfType(InvalidInput.class, this::read).errors().stream()
                .map(FieldError::field)
                .toList();
    }

    @Nested
    class TheRange {

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    "-, -, -, 2026-02-14, 2026-03-15",
                    "-, -, 1, 2026-03-15, 2026-03-15",
                    "-, -, 92, 2025-12-14, 2026-03-15",
                    "2026-03-01, -, -, 2026-03-01, 2026-03-15",
                    "-, 2026-01-30, -, 2026-01-01, 2026-01-30",
                    "2026-01-01, 2026-01-01, -, 2026-01-01, 2026-01-01"
                })
        void endsTodayUnlessItIsToldOtherwise(String start, String end, String days, LocalDate first, LocalDate last) {
            sent.startDate = start;
            sent.endDate = end;
            sent.days = days;

            assertThat(read().days()).isEqualTo(new DateRange(first, last));
        }

        @ParameterizedTest
        @CsvSource(
                nullValues = "-",
                value = {
                    "-, -, 0001-01-01, 9999-12-31",
                    "2026-03-01, -, 2026-03-01, 9999-12-31",
                    "-, 2026-01-30, 0001-01-01, 2026-01-30"
                })
        void isOpenWhereAllTimeIsMeant(String start, String end, LocalDate first, LocalDate last) {
            sent.startDate = start;
            sent.endDate = end;

            var parameters = new QueryParameters();
            assertThat(sent.read(parameters, DateRange.OR_ALL_TIME, () -> TODAY).days())
                    .isEqualTo(new DateRange(first, last));
        }

        @ParameterizedTest
        @ValueSource(strings = {"2026-03-01T00:00:00Z", "2026-3-1", "today", "", "0000-01-01", "10000-01-01"})
        void takesDatesOnly(String start) {
            sent.startDate = start;

            assertThat(wrong()).containsExactly("startDate");
        }

        @Test
        void namesBothEndsWhenItStartsTooLate() {
            sent.startDate = "2026-03-16";

            assertThat(wrong()).containsExactly("startDate", "endDate");
        }

        @Test
        void isNotSaidTwice() {
            sent.startDate = "2026-03-01";
            sent.days = "3";

            assertThat(wrong()).containsExactly("days");
        }

        @Test
        void isAtMost92DaysOfRows() {
            sent.days = "93";
            assertThat(wrong()).containsExactly("days");

            sent.days = null;
            sent.startDate = "2025-12-13";
            assertThat(wrong()).containsExactly("startDate");
        }
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        sent.startDate = "2026-03-16";
        sent.userId = " ";
        query.putSingle("endpoint", "");
        sent.scope = "x".repeat(201);
        sent.sessionId = "\0";
        sent.success = "yes";
        sent.tag = List.of("no colon", ":no key", "k".repeat(65) + ":v", "key:" + "v".repeat(513));
        sent.minResponseTimeMs = "-1";

        assertThat(wrong())
                .containsExactly(
                        "userId",
                        "endpoint",
                        "scope",
                        "sessionId",
                        "success",
                        "tag",
                        "tag",
                        "tag",
                        "tag",
                        "minResponseTimeMs",
                        "startDate",
                        "endDate");
    }

    @Test
    void takesAValueOfEachDimensionAndEmptyForCallsWithoutOne() {
        query.putSingle("userId", "");
        sent.endpoint = "ask";
        query.putSingle("gitBranch", "");
        sent.success = "false";
        sent.tag = List.of("team:a:b", "env:");

        UsageFilter filter = read();

        assertThat(filter.tags()).containsExactly(new UsageFilter.Tag("team", "a:b"), new UsageFilter.Tag("env", ""));
        assertThat(filter.condition())
                .isEqualTo("tenant_id = :tenant and usage_day between :first and :last and user_key is null"
                        + " and endpoint = :endpoint and git_branch is null and not success"
                        + " and tags ->> :tagKey0 = :tagValue0 and coalesce(tags ->> :tagKey1, '') = ''");
    }
}
