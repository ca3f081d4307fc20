package io.tokentally.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.path.json.JsonPath;
import io.restassured.path.json.config.JsonPathConfig;
import io.restassured.path.json.config.JsonPathConfig.NumberReturnType;
import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file holds all pages of the list beside its button, in the list's order. */
@ApiTest
class ListExportTest {

    private static final JsonPathConfig EXACT =
            JsonPathConfig.jsonPathConfig().numberReturnType(NumberReturnType.BIG_DECIMAL);

    /** Of this class; its tests only read it, and so add to its log. */
    private static Organisation acme;

    private static String secret;

    /** Once, by the first test: before that there is no service. */
    private static Organisation furnished() {
        if (acme == null) {
            Organisation made = Organisation.fresh();
            made.admin()
                    .body("{\"maxMonthlyTokens\":9000}")
                    .put("/api/tiers/gold")
                    .then()
                    .statusCode(200);
            made.putUser("ann", "{\"username\":\"=Ann\",\"email\":\"ann@example.com\",\"tier\":\"gold\"}");
            made.putUser("bob", "{\"limits\":{\"maxMonthlyCost\":null,\"maxMonthlyCalls\":7}}");
            made.putUser("export", "{\"username\":\"Bob, \\\"the second\\\"\",\"tier\":\"unlimited\"}");
            made.putUser(
                    "zoe",
                    "{\"username\":\"+Zoé\\nsecond line\",\"tier\":\"gold\",\"limits\":{\"maxMonthlyTokens\":0}}");
            for (String user : List.of("\"ann\"", "\"ann\"", "-5", "\"bob\"")) {
                made.record("{\"user_id\":" + user + ",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":77}");
            }
            made.record("{\"user_id\":\"ann\",\"endpoint\":\"e\",\"model\":\"in-house\",\"prompt_tokens\":1}");
            made.service()
                    .body("{\"user_id\":\"bob\",\"model\":\"gpt-4o\",\"prompt_tokens\":10,\"max_completion_tokens\":5}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201);
            // with the catalogue's more than a page of them
            for (String model : List.of("@home", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9")) {
                made.admin()
                        .body("{\"provider\":\"us\",\"input_per_million\":0.05,\"output_per_million\":1,\"model\":\""
                                + model + "\"}")
                        .post("/api/prices")
                        .then()
                        .statusCode(201);
            }
            Response key = made.admin()
                    .body("{\"name\":\"=backend\",\"roles\":[\"service\",\"admin\"]}")
                    .post("/api/keys");
            secret = key.then().statusCode(201).extract().path("data.key");
            made.admin()
                    .body("{\"name\":\"old\",\"roles\":[\"member\"],\"user_id\":\"bob\"}")
                    .post("/api/keys");
            made.admin().delete("/api/keys/" + made.get("/api/keys").path("data.keys[0].id"));
            acme = made;
        }
        return acme;
    }

    private static Response get(String path) {
        return furnished().get(path);
    }

    private static List<CSVRecord> rows(String path) {
        return ExportTest.rows(get(path));
    }

    /**
     * Row after row of all pages.
     *
     * @param path as far as the first parameter, or the next
     */
    private static List<Map<String, Object>> pages(String path, String member, int most) {
        var rows = new ArrayList<Map<String, Object>>();
        List<Map<String, Object>> page;
        do {
            page = get(path + "limit=" + most + "&offset=" + rows.size())
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("data." + member);
            rows.addAll(page);
        } while (page.size() == most);
        return rows;
    }

    /** The same, of a list whose pages begin behind an id. */
    private static List<Map<String, Object>> pagesBefore(String path, String member) {
        var rows = new ArrayList<Map<String, Object>>();
        String address = path + "limit=2";
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            Response page = get(address + next.get());
            rows.addAll(page.then().statusCode(200).extract().path("data." + member));
            next = Optional.ofNullable(page.<String>path("data.next")).map(id -> "&before=" + id);
        }
        return rows;
    }

    private static List<String> cells(CSVRecord row) {
        return row.toList();
    }

    private static String text(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : Objects.toString(value, "");
    }

    private static String limit(Object most) {
        return most == null ? "unlimited" : text(most);
    }

    private static Map<?, ?> in(Map<?, ?> row, String member) {
        return (Map<?, ?>) row.get(member);
    }

    private static Stream<String> each(Map<?, ?> amounts, Function<Object, String> cell, String... names) {
        return Stream.of(names).map(name -> cell.apply(amounts.get(name)));
    }

    private static final String[] LIMITS = {"maxMonthlyTokens", "maxMonthlyCost", "maxMonthlyCalls"};
    private static final String[] AMOUNTS = {"tokens", "cost", "calls"};

    @Nested
    class Users {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "q=bO&",
                    "q=n&sortBy=username&",
                    "q=nobody at all&",
                    "tier=gold&",
                    "tier=free&sortBy=cost&",
                    "sortBy=tokens&",
                    "sortBy=tier&order=DESC&",
                    "sortBy=email&order=ASC&",
                    "sortBy=last_call&",
                    "order=DESC&"
                })
        void areThoseOfAllPagesInTheirOrder(String query) {
            List<Map<String, Object>> listed = pages("/api/users?" + query, "users", 2);

            assertThat(rows("/api/export/users?" + query + "escape=none"))
                    .extracting(ListExportTest::cells)
                    .containsExactlyElementsOf(listed.stream().map(this::cells).toList());
        }

        private List<String> cells(Map<String, Object> user) {
            Map<?, ?> own = in(user, "limit_overrides");
            Stream<Stream<String>> cells = Stream.of(
                    each(user, ListExportTest::text, "user_id", "username", "email", "tier", "own_tier"),
                    Stream.of(LIMITS).map(name -> own.containsKey(name) ? limit(own.get(name)) : ""),
                    each(in(user, "limits"), ListExportTest::limit, LIMITS),
                    each(in(user, "usage"), ListExportTest::text, AMOUNTS),
                    each(in(user, "held"), ListExportTest::text, AMOUNTS),
                    each(in(user, "available"), ListExportTest::limit, AMOUNTS),
                    each(user, ListExportTest::text, "unpriced_calls", "last_call", "created_at"));
            return cells.flatMap(part -> part).toList();
        }

        @Test
        void haveColumnsThatPeopleRead() {
            CSVRecord bob = rows("/api/export/users?q=bob").getFirst();

            assertThat(bob.getParser().getHeaderNames())
                    .startsWith("User ID", "Username", "Email", "Tier", "Own Tier", "Own Token Limit")
                    .endsWith("Calls Left", "Unpriced Calls", "Last Call", "First Seen");
            assertThat(bob.toMap())
                    .containsEntry("Own Tier", "")
                    .containsEntry("Own Token Limit", "")
                    .containsEntry("Token Limit", "100000")
                    .containsEntry("Own Cost Limit (USD)", "unlimited")
                    .containsEntry("Cost Left (USD)", "unlimited")
                    .containsEntry("Own Call Limit", "7")
                    .containsEntry("Calls This Month", "1")
                    .containsEntry("Calls Held", "1")
                    .containsEntry("Calls Left", "5")
                    .containsEntry("Tokens This Month", "77")
                    .containsEntry("Tokens Held", "15");
        }

        @Test
        void runNothingInASpreadsheet() {
            assertThat(rows("/api/export/users"))
                    .extracting(row -> row.get("Username"))
                    .contains("'=Ann", "'+Zoé\nsecond line", "Bob, \"the second\"");
            assertThat(rows("/api/export/users"))
                    .extracting(row -> row.get("User ID"))
                    .contains("-5");
        }

        /** The address of the file is nobody's id. */
        @Test
        void keepAPersonCalledExport() {
            get("/api/users/export").then().statusCode(200).body("data.user_id", equalTo("export"));
        }
    }

    @Nested
    class Prices {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "at=all&",
                    "book=own&",
                    "book=catalogue&at=2025-06-01&",
                    "q=CLAUDE&at=all&",
                    "provider=Gemini&"
                })
        void areThoseOfAllPagesInTheirOrder(String query) {
            List<Map<String, Object>> listed = pages("/api/prices?" + query, "prices", 100);
            List<CSVRecord> file = rows("/api/export/prices?" + query + "escape=none");

            assertThat(file)
                    .extracting(row ->
                            row.stream().filter(cell -> !cell.startsWith("[")).toList())
                    .containsExactlyElementsOf(listed.stream().map(this::cells).toList());
            assertThat(file.stream().map(row -> row.get("Long Prompts")).filter(cell -> !cell.isEmpty()))
                    .extracting(cell -> JsonPath.from(cell).using(EXACT).getList("$"))
                    .containsExactlyElementsOf(listed.stream()
                            .map(price -> (List<Object>) price.get("bands"))
                            .filter(bands -> !bands.isEmpty())
                            .toList());
            assertThat(file).isNotEmpty();
        }

        private List<String> cells(Map<String, Object> price) {
            Stream<Stream<String>> cells = Stream.of(
                    each(price, ListExportTest::text, "id", "book", "provider", "model"),
                    Stream.of(String.join(", ", (List<String>) price.get("aliases"))),
                    each(price, ListExportTest::text, "input_per_million", "output_per_million"),
                    each(price, ListExportTest::text, "cache_read_per_million", "cache_write_5m_per_million"),
                    each(price, ListExportTest::text, "cache_write_1h_per_million"),
                    ((List<?>) price.get("bands")).isEmpty() ? Stream.of("") : Stream.empty(),
                    each(price, ListExportTest::text, "effective_from", "effective_until", "in_force", "source"));
            return cells.flatMap(part -> part).toList();
        }

        @Test
        void runNothingInASpreadsheet() {
            assertThat(rows("/api/export/prices?book=own"))
                    .extracting(row -> row.get("Model"))
                    .contains("'@home");
        }
    }

    @Nested
    class Tiers {

        @Test
        void areThoseOfTheList() {
            List<Map<String, Object>> listed = get("/api/tiers").path("data");

            assertThat(rows("/api/export/tiers"))
                    .extracting(ListExportTest::cells)
                    .containsExactlyElementsOf(listed.stream()
                            .map(tier -> Stream.concat(
                                            Stream.of(text(tier.get("tier"))),
                                            each(in(tier, "limits"), ListExportTest::limit, LIMITS))
                                    .toList())
                            .toList())
                    .contains(List.of("gold", "9000", "unlimited", "unlimited"));
        }
    }

    @Nested
    class Keys {

        @ParameterizedTest
        @CsvSource({
            "'',2",
            "state=revoked&,1",
            "state=active&personal=false&,1",
            "userId=bob&personal=true&,1",
            "userId=ann&,0"
        })
        void areThoseOfAllPagesInTheirOrder(String filter, int count) {
            List<Map<String, Object>> listed = pagesBefore("/api/keys?" + filter, "keys");

            assertThat(rows("/api/export/keys?" + filter + "escape=none"))
                    .extracting(ListExportTest::cells)
                    .containsExactlyElementsOf(listed.stream().map(this::cells).toList())
                    .hasSize(count);
        }

        private List<String> cells(Map<String, Object> key) {
            Stream<Stream<String>> cells = Stream.of(
                    each(key, ListExportTest::text, "id", "prefix", "name"),
                    Stream.of(String.join(", ", (List<String>) key.get("roles"))),
                    each(key, ListExportTest::text, "user_id", "state", "created_at", "created_by", "created_with"),
                    each(key, ListExportTest::text, "expires_at", "revoked_at", "replaced_by", "last_used_at"));
            return cells.flatMap(part -> part).toList();
        }

        @Test
        void keepTheirSecrets() {
            String file = get("/api/export/keys").asString();

            assertThat(file).contains("'=backend").doesNotContain(secret).doesNotContain("hash");
            assertThat(rows("/api/export/keys"))
                    .extracting(row -> row.get("Prefix"))
                    .allSatisfy(prefix -> assertThat(prefix.length()).isLessThan(secret.length() - 20));
        }
    }

    @Nested
    class TheAuditLog {

        @ParameterizedTest
        @ValueSource(strings = {"", "action=user.changed&", "action=key.revoked&", "action=usage.reversed&"})
        void hasTheEntriesOfAllPagesInTheirOrder(String query) {
            List<CSVRecord> file = rows("/api/export/audit?" + query + "escape=none");
            List<Map<String, Object>> listed = pagesBefore("/api/audit?" + query, "entries");

            assertThat(file)
                    .extracting(this::cells)
                    .containsExactlyElementsOf(listed.stream().map(this::cells).toList());
        }

        private List<Object> cells(CSVRecord row) {
            String details = row.get("Details");
            var cells = new ArrayList<Object>(row.toList());
            cells.set(
                    5,
                    details.isEmpty()
                            ? Map.of()
                            : JsonPath.from(details).using(EXACT).getMap("$"));
            return cells;
        }

        private List<Object> cells(Map<String, Object> entry) {
            return Stream.of(
                            each(entry, ListExportTest::text, "id", "at", "action", "subject", "user_id"),
                            Stream.of(entry.get("details")),
                            each(entry, ListExportTest::text, "actor", "actor_id", "from", "request_id"))
                    .flatMap(part -> part)
                    .map(cell -> (Object) cell)
                    .toList();
        }

        @Test
        void beginsWithItsOwnExport() {
            assertThat(rows("/api/export/audit").getFirst().toMap())
                    .containsEntry("Action", "list.exported")
                    .containsEntry("Subject", "audit.csv")
                    .containsEntry("Actor ID", "admin-1");
        }

        /** By what somebody filtered; what they looked for may be a person's name. */
        @Test
        void tellsOfEachFile() {
            Organisation audited = Organisation.fresh();
            for (String file :
                    List.of("users?q=zoe&sortBy=cost&escape=none", "prices?q=secret&at=all", "tiers", "keys")) {
                audited.get("/api/export/" + file).then().statusCode(200);
            }

            Response log = audited.get("/api/audit");

            log.then()
                    .body(
                            "data.entries.action",
                            contains("list.exported", "list.exported", "list.exported", "list.exported"))
                    .body("data.entries.subject", contains("api-keys.csv", "tiers.csv", "prices.csv", "users.csv"))
                    .body("data.entries[1].details", equalTo(Map.of()))
                    .body("data.entries[2].details.filters", contains("at", "q"))
                    .body("data.entries[3].details.filters", contains("q"));
            assertThat(log.asString()).doesNotContain("zoe").doesNotContain("secret");
        }
    }

    @Nested
    class EachFile {

        @ParameterizedTest
        @CsvSource({"users,users.csv", "prices,prices.csv", "tiers,tiers.csv", "keys,api-keys.csv", "audit,audit.csv"})
        void isADownload(String list, String name) {
            get("/api/export/" + list)
                    .then()
                    .statusCode(200)
                    .header("Content-Type", startsWith("text/csv"))
                    .header("Content-Disposition", "attachment; filename=\"" + name + "\"");
        }

        @ParameterizedTest
        @ValueSource(strings = {"users", "prices", "tiers", "keys", "audit"})
        void isOneTenantsAlone(String list) {
            furnished();
            String others = Organisation.fresh()
                    .get("/api/export/" + list)
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString();

            assertThat(others).doesNotContain("Zoé", "@home", "backend", "user.changed", acme.id());
        }

        @ParameterizedTest
        @ValueSource(strings = {"users", "prices", "tiers", "keys", "audit"})
        void isForAdmins(String list) {
            furnished()
                    .member("ann")
                    .get("/api/export/" + list)
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("forbidden"));
        }

        @Test
        void isRefusedBeforeItBeginsWhereAParameterIsWrong() {
            Organisation refused = Organisation.fresh();
            refused.get("/api/export/users?sortBy=x&order=y&escape=z")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("sortBy", "order", "escape"));
            refused.get("/api/export/prices?at=x&book=y&escape=z")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("at", "book", "escape"));
            refused.get("/api/export/audit?action=x&escape=z")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("action", "escape"));
            refused.get("/api/export/keys?limit=5").then().statusCode(400).body("errors.field", contains("limit"));

            refused.get("/api/audit").then().body("data.entries", empty());
        }
    }
}
