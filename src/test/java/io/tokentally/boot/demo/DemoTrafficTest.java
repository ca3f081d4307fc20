package io.tokentally.boot.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.shared.TenantId;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The demo as a newcomer meets it: through the reports and the CSV. */
@ApiTest
class DemoTrafficTest {

    private static final String NOW = "2026-03-18T15:00:00Z";

    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();

    @Inject
    DemoTraffic demo;

    @Inject
    TestClock clock;

    /** One for all tests: loading what is loaded costs nothing. */
    private static final Organisation SCHOOL = Organisation.fresh();

    @BeforeEach
    void isLoadedAtThreeInTheAfternoon() {
        clock.set(NOW);
        demo.load(new TenantId(SCHOOL.id()));
    }

    @AfterEach
    void realTime() {
        clock.reset();
    }

    @Test
    void showsTheSameSumsEverywhere() throws IOException {
        var made = DemoDay.callsUntil(Instant.parse(NOW));
        BigDecimal tokens = sum(made, call -> BigDecimal.valueOf(call.tokens().total()));
        BigDecimal calls = sum(made, call -> call.cacheHit() ? BigDecimal.ZERO : BigDecimal.ONE);

        Response stats = SCHOOL.get("/api/usage/stats");
        List<CSVRecord> rows = csv("/api/usage/export?limit=all");

        assertThat(rows).hasSameSizeAs(made);
        assertThat(List.of(
                        number(stats, "overall.total_api_calls"),
                        sum(SCHOOL.get("/api/usage/daily?days=90"), "api_calls"),
                        sum(SCHOOL.get("/api/usage/endpoint"), "api_calls")))
                .containsOnly(calls);
        assertThat(List.of(
                        number(stats, "overall.total_tokens"),
                        sum(rows, "Total Tokens"),
                        sum(SCHOOL.get("/api/usage/daily?days=90"), "total_tokens"),
                        sum(SCHOOL.get("/api/usage/endpoint"), "total_tokens")))
                .containsOnly(tokens);
        assertThat(List.of(
                        sum(rows, "Cost (USD)").stripTrailingZeros(),
                        sum(SCHOOL.get("/api/usage/daily?days=90"), "cost_usd").stripTrailingZeros(),
                        sum(SCHOOL.get("/api/usage/endpoint"), "cost_usd").stripTrailingZeros()))
                .containsOnly(number(stats, "overall.total_cost").stripTrailingZeros());
    }

    @Test
    void sumsThePeopleToWhatTheyDid() throws IOException {
        var theirs = DemoDay.callsUntil(Instant.parse(NOW)).stream()
                .filter(call -> call.userId() != null)
                .toList();

        Response summary = SCHOOL.get("/api/usage/summary?limit=200");

        assertThat(sum(summary, "users.total_tokens"))
                .isEqualTo(sum(csv("/api/usage/export/summary"), "Total Tokens"))
                .isEqualTo(sum(theirs, call -> BigDecimal.valueOf(call.tokens().total())));
        assertThat(sum(summary, "users.total_cost"))
                .isEqualByComparingTo(sum(csv("/api/usage/export/summary"), "Total Cost (USD)"));
        assertThat(number(summary, "total"))
                .isEqualTo(number(SCHOOL.get("/api/usage/stats"), "overall.total_users"))
                .isEqualTo(BigDecimal.valueOf(
                        theirs.stream().map(RecordUsage::userId).distinct().count()));
    }

    @Test
    void pricesEveryCallExceptThoseOfTheModelWithoutAPrice() throws IOException {
        assertThat(csv("/api/usage/export?limit=all"))
                .allMatch(row ->
                        row.get("Cost (USD)").isEmpty() == row.get("Model").equals("tutor-7b"));
    }

    @Test
    void knowsItsPeopleByNameAndTier() {
        SCHOOL.get("/api/users/106")
                .then()
                .body("data.user_id", comparesEqualTo(106))
                .body("data.username", equalTo("dina.fischer"))
                .body("data.email", equalTo("dina.fischer@example.com"))
                .body("data.tier", equalTo("free"));
        SCHOOL.get("/api/users/108").then().body("data.tier", equalTo("unlimited"));
    }

    @Test
    void isNotLoadedTwice() {
        String first = SCHOOL.get("/api/usage/stats").asString();
        clock.set("2026-03-19T15:00:00Z");

        demo.load(new TenantId(SCHOOL.id()));

        clock.set(NOW);
        assertThat(SCHOOL.get("/api/usage/stats").asString()).isEqualTo(first);
    }

    @Test
    void leavesATenantWithUsageOfItsOwnAlone() {
        var other = Organisation.fresh();
        other.record("{\"user_id\":1,\"endpoint\":\"chat\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");

        demo.load(new TenantId(other.id()));

        other.get("/api/usage/stats").then().body("data.overall.total_api_calls", comparesEqualTo(1));
    }

    private static List<CSVRecord> csv(String path) throws IOException {
        String text = SCHOOL.get(path).then().statusCode(200).extract().asString();
        return CSV.parse(new StringReader(text)).getRecords();
    }

    private static BigDecimal number(Response report, String member) {
        return new BigDecimal(report.path("data." + member).toString());
    }

    private static BigDecimal sum(Response report, String member) {
        return sum(report.<List<Object>>path("data." + member), DemoTrafficTest::amount);
    }

    /** Nothing where no call is priced. */
    private static BigDecimal amount(Object number) {
        return number == null ? BigDecimal.ZERO : new BigDecimal(number.toString());
    }

    private static BigDecimal sum(List<CSVRecord> rows, String column) {
        return sum(rows, row -> row.get(column).isEmpty() ? BigDecimal.ZERO : new BigDecimal(row.get(column)));
    }

    private static <T> BigDecimal sum(List<T> rows, Function<T, BigDecimal> amount) {
        return rows.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
