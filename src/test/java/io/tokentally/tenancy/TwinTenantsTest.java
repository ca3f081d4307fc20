package io.tokentally.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.TestClock;
import io.tokentally.testing.Truth;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two tenants that call everything the same: users, events, sessions, idempotency keys, tiers and the model they have a
 * price of their own for. Only the numbers differ.
 */
@ApiTest
class TwinTenantsTest {

    private final Organisation acme = Organisation.fresh();
    private final Organisation twin = Organisation.fresh();

    @Inject
    TestClock clock;

    @BeforeEach
    void oneMoment() {
        clock.set("2026-06-15T12:00:00Z");
    }

    @AfterEach
    void realTimeAgain() {
        clock.reset();
    }

    /** Whatever can be read of the one, before and after the other does the same with other numbers. */
    @Test
    void changeNothingInEachOthersReportsAndFiles() throws SQLException {
        act(acme, 10, "1");
        Map<String, String> before = everythingReadableBy(acme);

        act(twin, 70, "1000");

        assertThat(everythingReadableBy(acme)).isEqualTo(before);
        assertThat(Truth.differences(acme)).isEmpty();
        assertThat(Truth.differences(twin)).isEmpty();
    }

    @Test
    void areEachPricedByTheirOwnBook() throws SQLException {
        act(acme, 10, "1");
        act(twin, 70, "1000");

        assertThat(costs(acme)).containsOnly(new BigDecimal("0.00001"));
        assertThat(costs(twin)).containsOnly(new BigDecimal("0.07"));
        acme.get("/api/usage/user/1").then().body("data.total.total_tokens", equalTo(20));
        twin.get("/api/usage/user/1").then().body("data.total.total_tokens", equalTo(140));
    }

    /**
     * @param tokens of each call
     * @param price USD per million tokens of the model that both call the same
     */
    private static void act(Organisation tenant, int tokens, String price) throws SQLException {
        setPrice(tenant, price);
        tenant.admin()
                .body("{\"maxMonthlyTokens\":" + tokens * 10 + "}")
                .put("/api/tiers/gold")
                .then()
                .statusCode(200);
        tenant.putUser("1", "{\"tier\":\"gold\",\"username\":\"u" + tokens + "\"}");
        for (String event : new String[] {"e1", "e2"}) {
            tenant.tryToRecord("""
                    {"user_id":"1","endpoint":"e","model":"their-model","prompt_tokens":%d,"event_id":"%s",
                     "session_id":"s","problem_id":"p","git_branch":"main"}""".formatted(tokens, event));
        }
        tenant.service()
                .header("Idempotency-Key", "the-same")
                .body("{\"user_id\":\"1\",\"model\":\"their-model\",\"prompt_tokens\":" + tokens
                        + ",\"max_completion_tokens\":0}")
                .post("/api/usage/reservations")
                .then()
                .statusCode(201);
    }

    private static void setPrice(Organisation tenant, String perMillion) throws SQLException {
        try (var app = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + tenant.id());
                var statement = app.createStatement()) {
            statement.execute("""
                    insert into price (book, provider, model, vendor, input_per_million, output_per_million, source)
                    select tokentally_tenant(), 'p', 'their-model', true, %1$s, %1$s, 'contract'
                    where not exists (select from price where book = tokentally_tenant())""".formatted(perMillion));
        }
    }

    /** Every GET of the document that a tenant may call, so that a report which comes later is on trial too. */
    private static Map<String, String> everythingReadableBy(Organisation tenant) {
        Map<String, Map<String, Object>> paths =
                Organisation.anonymous().get("/q/openapi?format=json").path("paths");
        var answers = new TreeMap<String, String>();
        paths.forEach((path, operations) -> {
            if (operations.containsKey("get")) {
                String concrete = path.replace("{userId}", "1").replaceAll("\\{\\w+}", "nothing");
                read(path, () -> tenant.as("1", Roles.ADMIN), concrete, answers);
                read(path + " of a member", () -> tenant.member("1"), concrete, answers);
            }
        });
        assertThat(answers).hasSizeGreaterThan(20);
        return answers;
    }

    private static void read(
            String name, Supplier<RequestSpecification> caller, String path, Map<String, String> answers) {
        boolean changesByBeingRead = path.equals("/api/audit") || path.equals("/api/export/audit");
        boolean changesWithTheToken = path.equals("/api/caller");
        if (!changesByBeingRead && !changesWithTheToken) {
            Response response = caller.get().get(path);
            boolean holdsTheAuditLog = path.endsWith("/export")
                    && response.statusCode() == 200
                    && response.contentType().startsWith("application/json");
            answers.put(
                    name,
                    response.statusCode() + " " + (holdsTheAuditLog ? response.path("events") : response.asString()));
        }
    }

    private static List<BigDecimal> costs(Organisation tenant) {
        String csv = tenant.get("/api/usage/export").asString();
        var costs = new ArrayList<BigDecimal>();
        try (var records = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(new StringReader(csv))) {
            for (CSVRecord row : records) {
                costs.add(new BigDecimal(row.get("Cost (USD)")).stripTrailingZeros());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        assertThat(costs).hasSize(2);
        return costs;
    }
}
