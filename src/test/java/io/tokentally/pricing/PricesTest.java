package io.tokentally.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Sql;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In May 2025; the catalogue's gpt-4o-mini is 0.15 in and 0.60 out. */
@ApiTest
class PricesTest {

    private static final String NOON = "2025-05-15T12:00:00Z";
    private static final BigDecimal OF_CATALOGUE = new BigDecimal("0.75");
    private static final BigDecimal OWN = new BigDecimal("3.123456789012345");

    private final Organisation acme = Organisation.fresh();
    private final Organisation other = Organisation.fresh();

    @Inject
    TestClock clock;

    @BeforeEach
    void onTheTwentieth() {
        clock.set("2025-05-20T00:00:00Z");
    }

    @AfterEach
    void realTime() {
        clock.reset();
    }

    private Response set(String members) {
        return acme.admin().body("""
                        {"provider":"openai","model":"gpt-4o-mini","input_per_million":3,
                         "output_per_million":0.123456789012345%s}""".formatted(members)).post("/api/prices");
    }

    private int setFrom(String from) {
        Response set = set(",\"effective_from\":\"" + from + "\"");
        set.then().statusCode(201);
        return set.path("data.id");
    }

    private ValidatableResponse end(Organisation tenant, Object id, String query) {
        return tenant.admin().delete("/api/prices/" + id + query).then();
    }

    /** The cost of a million tokens in and a million out, without a provider. */
    private static BigDecimal cost(Organisation tenant, String more) {
        Object cost = tenant.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":1000000,"
                        + "\"completion_tokens\":1000000" + more + "}")
                .path("data.total_cost");
        return new BigDecimal(cost.toString());
    }

    private BigDecimal costAt(String instant) {
        return cost(acme, ",\"occurred_at\":\"" + instant + "\"");
    }

    private ValidatableResponse listed(String query) {
        return acme.get("/api/prices?q=GPT-4o-MINI&provider=openai" + query)
                .then()
                .statusCode(200);
    }

    @Nested
    class ACall {

        @Test
        void isPricedByTheOneInForceWhenItOccurred() {
            setFrom(NOON);

            assertThat(costAt("2025-05-15T11:59:59.999999Z")).isEqualByComparingTo(OF_CATALOGUE);
            assertThat(costAt(NOON)).isEqualByComparingTo(OWN);
            assertThat(costAt("2025-05-19T00:00:00Z")).isEqualByComparingTo(OWN);
            assertThat(cost(other, ",\"occurred_at\":\"" + NOON + "\"")).isEqualByComparingTo(OF_CATALOGUE);
        }

        @Test
        void keepsThePriceItWasRecordedWith() {
            String event = ",\"event_id\":\"e\",\"occurred_at\":\"" + NOON + "\"";
            assertThat(cost(acme, event)).isEqualByComparingTo(OF_CATALOGUE);

            setFrom("2025-05-01");

            assertThat(acme.get("/api/usage/stats").<BigDecimal>path("data.overall.total_cost"))
                    .isEqualByComparingTo(OF_CATALOGUE);
            assertThat(costAt(NOON)).isEqualByComparingTo(OWN);
        }

        @Test
        void isPricedAnewAtOnceWhenAPriceIsSetAndWhenItEnds() {
            assertThat(cost(acme, "")).isEqualByComparingTo(OF_CATALOGUE);
            int id = set("").then().statusCode(201).extract().path("data.id");
            assertThat(cost(acme, "")).isEqualByComparingTo(OWN);

            clock.set("2025-05-21T00:00:00Z");
            end(acme, id, "").statusCode(204);

            assertThat(cost(acme, "")).isEqualByComparingTo(OF_CATALOGUE);
            assertThat(costAt("2025-05-20T23:59:59.999999Z")).isEqualByComparingTo(OWN);
        }

        @Test
        void isPricedByTheNextOnWithoutAGapWhenOneEndsOnADay() {
            int id = setFrom("2025-05-01");
            end(acme, id, "?at=2025-06-01").statusCode(204);
            acme.admin().body("""
                            {"provider":"openai","model":"gpt-4o-mini","input_per_million":7,"output_per_million":0,
                             "effective_from":"2025-06-01"}""").post("/api/prices").then().statusCode(201);

            clock.set("2025-06-02T00:00:00Z");
            assertThat(costAt("2025-05-31T23:59:59.999999Z")).isEqualByComparingTo(OWN);
            assertThat(costAt("2025-06-01T00:00:00Z")).isEqualByComparingTo("7");
        }

        /** One that the catalogue knows to sell it, and one of which it knows nothing. */
        @ParameterizedTest
        @ValueSource(strings = {"azure", "a-gateway"})
        void ofNoProviderIsNotPricedByWhatAResellerAsks(String reseller) {
            acme.admin()
                    .body("{\"provider\":\"" + reseller
                            + "\",\"model\":\"gpt-4o-mini\",\"input_per_million\":9,\"output_per_million\":9}")
                    .post("/api/prices")
                    .then()
                    .statusCode(201);

            assertThat(cost(acme, "")).isEqualByComparingTo(OF_CATALOGUE);
            assertThat(cost(acme, ",\"provider\":\"" + reseller + "\"")).isEqualByComparingTo("18");
        }

        @Test
        void isPricedWhateverTheSpellingOfItsProvider() {
            acme.admin()
                    .body(
                            "{\"provider\":\"Azure_OpenAI\",\"model\":\"m\",\"input_per_million\":1,\"output_per_million\":1}")
                    .post("/api/prices")
                    .then()
                    .body("data.provider", equalTo("azure"));

            acme.get("/api/prices?book=own&provider=az.ai.openai").then().body("data.total", comparesEqualTo(1));
        }

        @Test
        void ofAModelThatTheCatalogueDoesNotKnowGetsAPrice() {
            String event = "{\"endpoint\":\"e\",\"model\":\"our-own\",\"prompt_tokens\":1000000}";
            acme.record(event).then().body("data.total_cost", nullValue());

            acme.admin()
                    .body(
                            "{\"provider\":\"us\",\"model\":\"our-own\",\"input_per_million\":2,\"output_per_million\":0}")
                    .post("/api/prices")
                    .then()
                    .statusCode(201);

            acme.record(event).then().body("data.total_cost", comparesEqualTo(2));
        }
    }

    @Nested
    class TheList {

        @Test
        void showsBothBooksAndWhichOnePricesACallOfNow() {
            listed("&limit=1")
                    .body("data.total", greaterThan(1))
                    .body("data.prices.book", contains("catalogue"))
                    .body("data.prices.in_force", contains(true));

            int id = setFrom(NOON);

            listed("")
                    .body("data.prices.findAll { it.model == 'gpt-4o-mini' }.book", contains("own", "catalogue"))
                    .body("data.prices.findAll { it.model == 'gpt-4o-mini' }.in_force", contains(true, false))
                    .body("data.prices[0].id", equalTo(id))
                    .body("data.prices[0].input_per_million", comparesEqualTo(3))
                    .body("data.prices[0].output_per_million", comparesEqualTo(new BigDecimal("0.123456789012345")))
                    .body("data.prices[0].cache_read_per_million", nullValue())
                    .body("data.prices[0].effective_from", equalTo(NOON))
                    .body("data.prices[0].effective_until", nullValue())
                    .body("data.prices[0].source", equalTo("set by an admin"))
                    .body("data.prices[0].bands", empty());
            listed("&book=own").body("data.total", comparesEqualTo(1));
            listed("&book=catalogue").body("data.prices.book", everyItem(equalTo("catalogue")));
        }

        @ParameterizedTest
        @CsvSource({
            "2025-05-15,                        0",
            "2025-05-15T11:59:59.999999Z,       0",
            "2025-05-15T12:00:00Z,              1",
            "2025-05-15T13:59:59%2B02:00,       0",
            "2025-05-17T23:59:59Z,              1",
            "2025-05-18,                        0",
            "all,                               1"
        })
        void showsWhatHoldsAtAnInstant(String at, int rows) {
            set(",\"effective_from\":\"" + NOON + "\",\"effective_until\":\"2025-05-18\"")
                    .then()
                    .statusCode(201)
                    .body("data.in_force", equalTo(false));

            Response page = acme.admin().urlEncodingEnabled(false).get("/api/prices?book=own&at=" + at);

            page.then().statusCode(200).body("data.total", comparesEqualTo(rows));
        }

        @Test
        void holdsTheCataloguesOldestPriceBeforeItBegan() {
            acme.get("/api/prices?provider=anthropic&at=2001-01-01&q=claude-sonnet-4-5")
                    .then()
                    .body("data.prices.model", hasItem("claude-sonnet-4-5-20250929"))
                    .body("data.prices[0].aliases", hasItem("claude-sonnet-4-5"))
                    .body("data.prices[0].bands[0].from_tokens", comparesEqualTo(200_001));
        }

        @Test
        void isReadAPageAtATime() {
            int total = acme.get("/api/prices?at=all&limit=1").path("data.total");

            acme.get("/api/prices?at=all&limit=1000&offset=" + (total - 1))
                    .then()
                    .body("data.prices.size()", equalTo(1))
                    .body("data.total", equalTo(total))
                    .body("data.limit", comparesEqualTo(1000));
            acme.get("/api/prices?at=all&offset=" + total).then().body("data.prices", empty());
        }

        @Test
        void namesEveryWrongParameter() {
            acme.get("/api/prices?at=never&book=mine&limit=1001&offset=-1")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("at", "book", "limit", "offset"));
        }
    }

    @Nested
    class Setting {

        @Test
        void isRefusedWithEveryWrongMemberNamed() {
            acme.admin()
                    .body("""
                            {"provider":" ","input_per_million":-1,"output_per_million":"2","cache_read_per_million":1e31,
                             "effective_from":"yesterday","effective_until":7,"bands":[],"source":""}""")
                    .post("/api/prices")
                    .then()
                    .statusCode(400)
                    .body(
                            "errors.field",
                            containsInAnyOrder(
                                    "provider",
                                    "model",
                                    "input_per_million",
                                    "output_per_million",
                                    "cache_read_per_million",
                                    "effective_from",
                                    "effective_until",
                                    "bands",
                                    "source"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"2025-05-20", "2025-05-01T00:00:00Z", "2025-05-20T00:00:00.0000009Z"})
        void isRefusedWhenItEndsBeforeItBegins(String until) {
            set(",\"effective_until\":\"" + until + "\"")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("effective_until"));
        }

        @ParameterizedTest
        @CsvSource({
            "2025-05-02, 2025-05-04, 201",
            "2025-05-02, 2025-05-05T00:00:00Z, 201",
            "2025-05-02, 2025-05-05T00:00:00.000001Z, 409",
            "2025-05-05, 2025-05-06, 409",
            "2025-05-09T23:59:59.999999Z, 2025-05-30, 409",
            "2025-05-10, 2025-05-30, 201",
            "2025-05-01, 2025-05-30, 409"
        })
        void isRefusedWhereAnotherOneHolds(String from, String until, int status) {
            set(",\"effective_from\":\"2025-05-05\",\"effective_until\":\"2025-05-10\"");

            Response second = set(",\"effective_from\":\"" + from + "\",\"effective_until\":\"" + until + "\"");

            assertThat(second.statusCode()).isEqualTo(status);
            assertThat(status == 409 ? second.<String>path("code") : "price_overlaps")
                    .isEqualTo("price_overlaps");
        }

        @Test
        void isRefusedWhenATenantHasAThousand() throws SQLException {
            try (var app = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id())) {
                Sql.execute(app, """
                        insert into price (book, provider, model, vendor, effective_from, effective_until,
                            input_per_million, output_per_million, source)
                        select tokentally_tenant(), 'us', 'm' || i, true, '2023-01-01', '2023-02-01', 1, 1, 'test'
                        from generate_series(1, 999) i""");
            }
            int last = setFrom("2025-06-01");

            set(",\"effective_until\":\"2025-06-01\"").then().statusCode(409).body("code", equalTo("too_many_prices"));
            end(acme, last, "").statusCode(204);
            setFrom("2025-06-01");
        }

        /** No index keeps two periods apart that begin at different instants. */
        @Test
        void isRefusedByOneThatWasBeingSetMeanwhile() throws Exception {
            acme.putUser("1", "{}");
            try (var under = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                    var asking = PostgresForTests.server().connectAsApp("");
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                under.setAutoCommit(false);
                Sql.texts(
                        under,
                        "select pg_advisory_xact_lock(hashtext('tokentally.prices'), hashtext('" + acme.id()
                                + "'))::text");
                Future<Response> second = threads.submit(() -> set(""));
                while (!second.isDone() && Sql.count(asking, "pg_locks where not granted and objsubid = 2") == 0) {
                    Thread.onSpinWait();
                }
                Sql.execute(under, """
                        insert into price (book, provider, model, vendor, effective_from, input_per_million,
                            output_per_million, source)
                        values (tokentally_tenant(), 'openai', 'gpt-4o-mini', true, '2025-05-01', 1, 1, 'the first')""");
                under.commit();

                second.get().then().statusCode(409).body("code", equalTo("price_overlaps"));
            }
        }

        @Test
        void isInTheAuditLogWithWhatItReplaces() {
            int id = setFrom(NOON);
            end(acme, id, "").statusCode(204);
            end(acme, id, "").statusCode(204);

            acme.get("/api/audit")
                    .then()
                    .body("data.entries.action", contains("price.ended", "price.created"))
                    .body("data.entries.subject", everyItem(equalTo("openai/gpt-4o-mini")))
                    .body("data.entries[1].details.id", equalTo(id))
                    .body("data.entries[1].details.new.input_per_million", comparesEqualTo(3))
                    .body("data.entries[1].details.old.input_per_million", comparesEqualTo(new BigDecimal("0.15")))
                    .body("data.entries[0].details.old.effective_until", nullValue())
                    .body("data.entries[0].details.new.effective_until", equalTo("2025-05-20T00:00:00Z"));
        }
    }

    @Nested
    class Ending {

        @Test
        void removesOneThatHasNotBegun() {
            int id = setFrom("2025-05-20T00:00:00.000001Z");

            end(acme, id, "").statusCode(204);

            acme.get("/api/prices?book=own&at=all").then().body("data.total", comparesEqualTo(0));
            acme.get("/api/audit?action=price.removed").then().body("data.entries[0].details.id", equalTo(id));
            end(acme, id, "").statusCode(404);
            setFrom("2025-05-20T00:00:00.000001Z");
        }

        /** A period that ends where it begins is none. */
        @Test
        void removesOneThatBeginsThisInstant() {
            int id = set("").path("data.id");

            end(acme, id, "").statusCode(204);

            assertThat(cost(acme, "")).isEqualByComparingTo(OF_CATALOGUE);
            acme.get("/api/prices?book=own&at=all").then().body("data.total", comparesEqualTo(0));
        }

        @Test
        void keepsOneThatHeldInTheHistory() {
            int id = setFrom(NOON);

            end(acme, id, "").statusCode(204);

            listed("&book=own&at=all")
                    .body("data.prices[0].effective_until", equalTo("2025-05-20T00:00:00Z"))
                    .body("data.prices[0].in_force", equalTo(false));
            listed("").body("data.prices.in_force", everyItem(equalTo(true)));
        }

        @Test
        void isNotInThePast() {
            int id = setFrom("2025-05-01");

            end(acme, id, "?at=2025-05-19T23:59:59.999999Z").statusCode(400).body("errors.field", contains("at"));
        }

        @Test
        void findsNeitherTheCataloguesNorAnotherTenants() throws SQLException {
            int theirs = setFrom("2025-05-01");
            int ofCatalogue = other.get("/api/prices?limit=1&book=catalogue").path("data.prices[0].id");

            for (Object id : List.of(theirs, ofCatalogue, "0", "none", "9223372036854775808")) {
                end(other, id, "").statusCode(404).body("code", equalTo("not_found"));
            }
            other.get("/api/prices?book=own&at=all").then().body("data.total", comparesEqualTo(0));
            assertThat(cost(acme, "")).isEqualByComparingTo(OWN);
            try (var app = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + other.id())) {
                app.setAutoCommit(false);
                assertThat(Sql.update(
                                app,
                                "update price set effective_until = now() where price_id in (" + theirs + ", "
                                        + ofCatalogue + ")"))
                        .isZero();
            }
        }
    }
}
