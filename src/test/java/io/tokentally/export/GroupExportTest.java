package io.tokentally.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file holds what the page beside its button shows, to the last digit. */
@ApiTest
class GroupExportTest {

    private static final String MARCH = "startDate=2024-03-01&endDate=2024-03-31";

    /** What a row of the file calls a figure, and where the JSON has it. */
    private static final Map<String, String> FIGURES = Map.ofEntries(
            Map.entry("Calls", "calls"),
            Map.entry("Failed Calls", "failed_calls"),
            Map.entry("Cache Hits", "cache_hits"),
            Map.entry("Unpriced Calls", "unpriced_calls"),
            Map.entry("Prompt Tokens", "prompt_tokens"),
            Map.entry("Completion Tokens", "completion_tokens"),
            Map.entry("Total Tokens", "total_tokens"),
            Map.entry("Cache Read Tokens", "cache_read_tokens"),
            Map.entry("Cache Write Tokens", "cache_write_tokens"),
            Map.entry("Reasoning Tokens", "reasoning_tokens"),
            Map.entry("Input Cost (USD)", "input_cost"),
            Map.entry("Output Cost (USD)", "output_cost"),
            Map.entry("Total Cost (USD)", "total_cost"),
            Map.entry("Avg Tokens per Call", "avg_tokens_per_call"),
            Map.entry("Avg Cost per Call (USD)", "avg_cost_per_call"),
            Map.entry("Failure Rate", "failure_rate"),
            Map.entry("Cache Hit Rate", "cache_hit_rate"));

    private static final Map<String, String> TIMES = Map.of(
            "Timed Calls", "timed_calls",
            "Avg Response Time (ms)", "avg_ms",
            "P50 Response Time (ms)", "p50_ms",
            "P95 Response Time (ms)", "p95_ms",
            "P99 Response Time (ms)", "p99_ms");

    private static final Map<String, String> SHARES =
            Map.of("Share of Calls", "calls", "Share of Tokens", "total_tokens", "Share of Cost", "total_cost");

    /** Of this class, and only read by its tests. */
    private static Organisation acme;

    /** Once, by the first test: before that there is no service. */
    private static Organisation furnished() {
        if (acme == null) {
            Organisation made = Organisation.fresh();
            var random = new Random(4);
            made.tryToRecord(IntStream.range(0, 120)
                            .mapToObj(i -> call(i, random))
                            .toList()
                            .toString())
                    .then()
                    .statusCode(200)
                    .body("data.recorded", equalTo(120));
            String undone = made.record(call(999, random)).path("data.id");
            made.admin()
                    .body("{\"reason\":\"twice\"}")
                    .post("/api/usage/events/" + undone + "/reversal")
                    .then()
                    .statusCode(201);
            made.putUser("ann", "{\"username\":\"=Ann\",\"email\":\"ann@example.com\"}");
            acme = made;
        }
        return acme;
    }

    private static String call(int i, Random random) {
        return """
                {"event_id":"e-%d",%s"endpoint":"%s","model":"%s","prompt_tokens":%d,"completion_tokens":%d,
                 "cache_read_tokens":%d,"call_type":"%s","scope":"%s","git_branch":"b-%d","session_id":"s-%d","success":%b,
                 "cache_hit":%b,%s"tags":{"team":"%s"},"occurred_at":"2024-03-%02dT%02d:10:00Z"}""".formatted(
                        i,
                        List.of("\"user_id\":\"ann\",", "\"user_id\":-5,", "\"user_id\":\"bob\",", "")
                                .get(random.nextInt(4)),
                        List.of("ask", "=mark", "sum, \\\"up\\\"").get(random.nextInt(3)),
                        List.of("gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "in-house")
                                .get(random.nextInt(4)),
                        100 + random.nextInt(900),
                        random.nextInt(500),
                        random.nextInt(100),
                        List.of("chat", "sort").get(random.nextInt(2)),
                        List.of("in", "out").get(random.nextInt(2)),
                        random.nextInt(5),
                        random.nextInt(9),
                        random.nextInt(5) > 0,
                        random.nextInt(9) == 0,
                        random.nextInt(4) == 0 ? "" : "\"response_time_ms\":" + random.nextInt(5_000) + ",",
                        List.of("red", "blue").get(random.nextInt(2)),
                        1 + random.nextInt(28),
                        random.nextInt(24));
    }

    private static List<CSVRecord> rows(Response file) {
        return ExportTest.rows(file);
    }

    private static Response get(RequestSpecification caller, String path) {
        return caller.urlEncodingEnabled(false).get(path);
    }

    private static Response get(String path) {
        return get(furnished().admin(), path);
    }

    private static BigDecimal sum(List<CSVRecord> rows, String column) {
        return rows.stream()
                .map(row -> row.get(column))
                .filter(cell -> !cell.isEmpty())
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static void assertSameSum(List<CSVRecord> rows, String column, Response report) {
        Object total = report.then().statusCode(200).extract().path("data.total.total_cost");
        assertThat(sum(rows, column)).isEqualByComparingTo(new BigDecimal(Objects.toString(total, "0")));
    }

    private static List<String> cells(CSVRecord row) {
        var cells = new ArrayList<String>();
        for (Map<String, String> columns : List.of(FIGURES, TIMES, SHARES)) {
            columns.keySet().stream().sorted().forEach(column -> cells.add(column + "=" + row.get(column)));
        }
        return cells;
    }

    private static List<String> cells(Map<String, ?> row) {
        var cells = new ArrayList<String>();
        Map<?, ?> sums = (Map<?, ?>) row.get("sums");
        addCells(cells, FIGURES, sums);
        addCells(cells, TIMES, (Map<?, ?>) sums.get("response_time"));
        addCells(cells, SHARES, (Map<?, ?>) row.get("share"));
        return cells;
    }

    private static void addCells(List<String> cells, Map<String, String> columns, Map<?, ?> members) {
        columns.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(column -> {
            Object value = members.get(column.getValue());
            String cell = value instanceof BigDecimal number ? number.toPlainString() : Objects.toString(value, "");
            cells.add(column.getKey() + "=" + cell);
        });
    }

    @Nested
    class ABreakdown {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "by=endpoint",
                    "by=model",
                    "by=user",
                    "by=session",
                    "by=success",
                    "by=tag:team",
                    "by=endpoint,model",
                    "by=user,model&sortBy=calls&order=ASC",
                    "by=scope&userId=ann",
                    "by=git_branch&success=false",
                    "by=call_type&minResponseTimeMs=1000",
                    "by=provider&tag=team:red&sortBy=avg_response_time",
                    "by=source&model=in-house",
                    "by=model&endpoint=nobody"
                })
        void hasTheFiguresOfItsPageAndTheirSum(String query) {
            Response page = get("/api/usage/breakdown?limit=1000&" + MARCH + "&" + query);
            List<CSVRecord> file = rows(get("/api/usage/export/breakdown?" + MARCH + "&" + query));

            List<Map<String, ?>> expected = page.path("data.rows");
            assertThat(file.stream().map(GroupExportTest::cells))
                    .containsExactlyElementsOf(
                            expected.stream().map(GroupExportTest::cells).toList());
            assertSameSum(file, "Total Cost (USD)", page);
        }

        @Test
        void sumsUpAllTimeUnlessDaysAreNamed() {
            assertSameSum(
                    rows(get("/api/usage/export/breakdown?by=model")),
                    "Total Cost (USD)",
                    get("/api/usage/breakdown?by=user"));
        }

        @Test
        void leavesTheCostOfWhatIsNotPricedEmpty() {
            CSVRecord unpriced = rows(get("/api/usage/export/breakdown?by=model")).stream()
                    .filter(row -> row.get("Model").equals("in-house"))
                    .findFirst()
                    .orElseThrow();

            assertThat(unpriced.get("Total Cost (USD)")).isEmpty();
            assertThat(unpriced.get("Share of Cost")).isEmpty();
            assertThat(unpriced.get("Unpriced Calls")).isEqualTo(unpriced.get("Calls"));
        }

        @Test
        void guardsTextAndLeavesNumbersPlain() {
            List<CSVRecord> users = rows(get("/api/usage/export/breakdown?by=user,endpoint&" + MARCH));

            assertThat(users).extracting(row -> row.get("User ID")).contains("ann", "-5", "bob", "");
            assertThat(users).extracting(row -> row.get("Username")).contains("'=Ann", "");
            assertThat(users).extracting(row -> row.get("Endpoint")).contains("'=mark", "sum, \"up\"");
            assertThat(rows(get("/api/usage/export/breakdown?by=endpoint&escape=none")))
                    .extracting(row -> row.get("Endpoint"))
                    .contains("=mark");
        }

        @Test
        void beginsWithColumnsThatPeopleRead() {
            assertThat(get("/api/usage/export/breakdown?by=user,tag:team")
                            .asString()
                            .lines()
                            .findFirst()
                            .orElseThrow())
                    .startsWith("User ID,Username,Email,Erased,tag:team,Calls,Failed Calls,Cache Hits,Unpriced Calls,")
                    .endsWith(",P99 Response Time (ms),Share of Calls,Share of Tokens,Share of Cost");
        }

        @ParameterizedTest
        @CsvSource({
            "model, usage-by-model.csv",
            "'endpoint,call_type', usage-by-endpoint-and-call-type.csv",
            "tag:team, usage-by-tag-team.csv",
            "'tag:../%22x%22%3B,user', usage-by-tag-x-and-user.csv",
            "tag:%E9%83%A8, usage-by-tag.csv"
        })
        void isADownloadNamedByWhatItTellsApart(String by, String name) {
            get("/api/usage/export/breakdown?by=" + by)
                    .then()
                    .statusCode(200)
                    .header("Content-Type", startsWith("text/csv"))
                    .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                    .header("X-Beyond-Retention", nullValue());
        }

        @Test
        void namesEveryWrongParameter() {
            get("/api/usage/export/breakdown?startDate=2024-03-01T00:00:00Z&sortBy=x&order=y&escape=z&success=maybe")
                    .then()
                    .statusCode(400)
                    .body(
                            "errors.field",
                            containsInAnyOrder("by", "startDate", "sortBy", "order", "escape", "success"));
        }

        @Test
        void readsSingleCallsOfAsManyDaysAsItsPage() {
            get("/api/usage/export/breakdown?by=tag:team&startDate=2024-01-01&endDate=2024-12-31")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("startDate"));
        }
    }

    @Nested
    class Sessions {

        @ParameterizedTest
        @ValueSource(strings = {"", "&userId=ann", "&sessionId=s-1", "&success=true&sortBy=calls", "&tag=team:blue"})
        void haveTheFiguresOfTheirPageAndTheirSum(String query) {
            Response page = get("/api/usage/sessions?limit=1000&" + MARCH + query);
            List<CSVRecord> file = rows(get("/api/usage/export/sessions?" + MARCH + query));

            List<Map<String, ?>> expected = page.path("data.sessions");
            assertThat(file.stream().map(GroupExportTest::cells))
                    .containsExactlyElementsOf(
                            expected.stream().map(GroupExportTest::cells).toList());
            assertThat(file)
                    .extracting(row -> row.get("Session ID") + row.get("First Call") + row.get("Last Call"))
                    .containsExactlyElementsOf(expected.stream()
                            .map(row -> "" + row.get("session_id") + row.get("first_call") + row.get("last_call"))
                            .toList());
            // each of these calls has a session
            assertSameSum(
                    file,
                    "Total Cost (USD)",
                    get("/api/usage/breakdown?by=model&" + MARCH + query.replaceAll("&sortBy=\\w+", "")));
        }
    }

    @Nested
    class SingleCalls {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "&endpoint=%3Dmark",
                    "&model=gpt-4o",
                    "&provider=openai",
                    "&callType=chat",
                    "&scope=in",
                    "&gitBranch=b-1",
                    "&sessionId=s-3",
                    "&success=false",
                    "&source=api",
                    "&tag=team:red&tag=none:",
                    "&minResponseTimeMs=2500",
                    "&userId=",
                    "&userId=-5&success=true&model=gpt-4o-mini"
                })
        void addUpToTheCardOfTheSameFilters(String query) {
            Response export = get("/api/usage/export?limit=all&" + MARCH + query);
            List<CSVRecord> file = rows(export);

            assertSameSum(file, "Cost (USD)", get("/api/usage/breakdown?by=model&" + MARCH + query));
            assertThat(export.header("X-Total-Count")).isEqualTo(Integer.toString(file.size()));
            assertThat(file).isNotEmpty();
        }

        @Test
        void mayBeThoseOfSomeDaysUpToToday() {
            Organisation today = Organisation.fresh();
            today.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");
            today.record(
                    "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"occurred_at\":\"2024-03-01T00:00:00Z\"}");

            assertThat(rows(today.get("/api/usage/export?days=2"))).hasSize(1);
            assertThat(rows(today.get("/api/usage/export"))).hasSize(2);
            today.get("/api/usage/export?days=2&startDate=2024-03-01T00:00:00Z")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("days"));
        }

        @ParameterizedTest
        @CsvSource({
            "limit=0,limit",
            "days=0,days",
            "success=x,success",
            "tag=x,tag",
            "minResponseTimeMs=-1,minResponseTimeMs"
        })
        void areRefusedWhereAParameterIsWrong(String query, String field) {
            get("/api/usage/export?" + query).then().statusCode(400).body("errors.field", contains(field));
        }
    }

    @Nested
    class AMember {

        @ParameterizedTest
        @ValueSource(strings = {"?x", "/breakdown?by=model", "/sessions?x"})
        void findsTheirOwnCallsAlone(String path) {
            String file = "/api/usage/export" + path.replace("x", MARCH) + (path.contains("by") ? "&" + MARCH : "");
            String column = path.equals("?x") ? "Cost (USD)" : "Total Cost (USD)";

            List<CSVRecord> own = rows(get(furnished().member("ann"), file));

            assertThat(own).isNotEmpty();
            assertSameSum(own, column, get("/api/usage/breakdown?by=model&userId=ann&" + MARCH));
            assertThat(rows(get(furnished().member("ann"), file + "&userId=ann")))
                    .hasSameSizeAs(own);
            get(furnished().member("ann"), file + "&userId=bob").then().statusCode(404);
            get(furnished().member("ann"), file + "&userId=nobody").then().statusCode(404);
        }

        @Test
        void findsNobodyElseNamed() {
            assertThat(rows(get(furnished().member("ann"), "/api/usage/export/breakdown?by=user")))
                    .extracting(row -> row.get("User ID"))
                    .containsExactly("ann");
        }
    }

    @Test
    void areInTheAuditLogBeforeTheyLeave() {
        Organisation audited = Organisation.fresh();
        audited.putUser("bob", "{}");
        get(audited.admin(), "/api/usage/export/breakdown?by=tag:secret&days=3&userId=bob&tag=a:secret")
                .then()
                .statusCode(200);
        get(audited.admin(), "/api/usage/export/sessions?" + MARCH).then().statusCode(200);
        get(audited.admin(), "/api/usage/export?endpoint=secret&startDate=2024-03-01")
                .then()
                .statusCode(200);

        Response log = audited.get("/api/audit?action=usage.exported");

        log.then()
                .body("data.entries.subject", contains("usage.csv", "usage-sessions.csv", "usage-breakdown.csv"))
                .body("data.entries.user_id", contains(null, null, "bob"))
                .body("data.entries[0].details.filters", contains("endpoint"))
                .body("data.entries[1].details.start", equalTo("2024-03-01"))
                .body("data.entries[2].details.by", contains("tag"))
                .body("data.entries[2].details.filters", contains("tag"))
                .body("data.entries[2].details.of_one_user", equalTo(true));
        assertThat(log.asString()).doesNotContain("secret");
    }
}
