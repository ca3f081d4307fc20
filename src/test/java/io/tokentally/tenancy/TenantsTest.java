package io.tokentally.tenancy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.ledger.Ledger;
import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@ApiTest
class TenantsTest {

    private static final String CALL = "{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}";

    @Inject
    TestClock clock;

    @Inject
    Ledger ledger;

    @AfterEach
    void realTimeAgain() {
        clock.reset();
    }

    private static Response create(String body) {
        return Organisation.operator().body(body).post("/api/tenants");
    }

    @Test
    void areCreatedOnceByThePlatformAdmin() {
        String id = "t-" + UUID.randomUUID();
        String tenant = "{\"id\":\"" + id + "\",\"name\":\"Acme\",\"zone\":\"Europe/Berlin\",\"default_tier\":\"pro\"}";

        create(tenant)
                .then()
                .statusCode(201)
                .body("data.name", equalTo("Acme"))
                .body("data.zone", equalTo("Europe/Berlin"))
                .body("data.default_tier", equalTo("pro"));
        create(tenant).then().statusCode(409).body("code", equalTo("tenant_exists"));
        new Organisation(id).check("1").then().body("data.tier", equalTo("pro"));
    }

    @Test
    void areRefusedWithEveryWrongMemberNamed() {
        create("{\"id\":\"No Spaces\",\"name\":\"\",\"zone\":\"Mars/Base\"}")
                .then()
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("id", "name", "zone"));
    }

    @Test
    void areRefusedWithADefaultTierThatNoNewTenantHas() {
        String id = "t-" + UUID.randomUUID();

        create("{\"id\":\"" + id + "\",\"default_tier\":\"gold\"}")
                .then()
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("default_tier"));
        create("{\"id\":\"" + id + "\"}").then().statusCode(201);
    }

    @Test
    void areRefusedWithAMemberNobodyKnows() {
        create("{\"id\":\"x\",\"plan\":\"gold\"}")
                .then()
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("plan"));
    }

    @Nested
    class Settings {

        private Organisation acme;

        @BeforeEach
        void aTenant() {
            acme = Organisation.freshIn("UTC");
        }

        private Response put(String body) {
            return Organisation.operator().body(body).put("/api/tenants/" + acme.id());
        }

        @Test
        void areChangedByTheOperatorAndStayWhereTheyAreNotNamed() {
            put("""
                    {"name":"Acme","default_tier":"pro","allow_unpriced":true,
                     "limits":{"maxMonthlyCalls":2,"maxMonthlyCost":null}}""")
                    .then()
                    .statusCode(200)
                    .body("data.zone", equalTo("UTC"))
                    .body("data.limits.maxMonthlyCalls", equalTo(2));

            put("{\"name\":\"Acme again\"}")
                    .then()
                    .body("data.default_tier", equalTo("pro"))
                    .body("data.allow_unpriced", equalTo(true))
                    .body("data.limits.maxMonthlyCalls", equalTo(2));
        }

        @Test
        void limitTheWholeTenant() {
            put("{\"limits\":{\"maxMonthlyCalls\":1}}").then().statusCode(200);
            acme.record(CALL);

            acme.check("2").then().statusCode(429).body("code", equalTo("quota_exceeded"));

            put("{\"limits\":{}}").then().statusCode(200);
            acme.check("2").then().statusCode(200);
        }

        @Test
        void moveTheZoneFromNowOnAndNeverBackwards() {
            clock.set("2026-03-10T20:00:00Z");
            acme.record(CALL);

            put("{\"zone\":\"Asia/Tokyo\"}").then().statusCode(200).body("data.zone", equalTo("Asia/Tokyo"));
            acme.record(CALL);

            acme.get("/api/usage/daily?days=2").then().body("data.api_calls", contains(1, 1));
            put("{\"zone\":\"UTC\",\"zone_from\":\"2026-03-10T19:59:59Z\"}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("zone_from"));
            put("{\"zone\":\"UTC\",\"zone_from\":\"2026-04-01T00:00:00Z\"}")
                    .then()
                    .statusCode(200)
                    .body("data.zone", equalTo("Asia/Tokyo"))
                    .body("data.next_zones", equalTo(Map.of("2026-04-01T00:00:00Z", "UTC")));
        }

        @Test
        void areRefusedWithEveryWrongMemberNamed() {
            put("""
                    {"name":1,"zone":"Mars","zone_from":"soon","default_tier":7,"allow_unpriced":"yes","plan":"x",
                     "limits":{"maxMonthlyCalls":-1}}""")
                    .then()
                    .statusCode(400)
                    .body(
                            "errors.field",
                            containsInAnyOrder(
                                    "name",
                                    "zone",
                                    "zone_from",
                                    "default_tier",
                                    "allow_unpriced",
                                    "plan",
                                    "limits.maxMonthlyCalls"));
            put("{\"default_tier\":\"gold\"}").then().statusCode(400).body("errors.field", contains("default_tier"));
        }

        @Test
        void areTheAdminsToChangeButForTheLimits() {
            acme.admin()
                    .body("{\"name\":\"Ours\",\"zone\":\"Europe/Berlin\"}")
                    .put("/api/tenant")
                    .then()
                    .statusCode(200);

            acme.get("/api/tenant")
                    .then()
                    .body("data.name", equalTo("Ours"))
                    .body("data.zone", equalTo("Europe/Berlin"));
            acme.admin()
                    .body("{\"limits\":{}}")
                    .put("/api/tenant")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("limits"));
        }

        @Test
        void ofATenantThatIsNoneAreNotFound() {
            for (String id : List.of("nobody-" + UUID.randomUUID(), "*", "No Tenant")) {
                Organisation.operator().get("/api/tenants/" + id).then().statusCode(404);
                Organisation.operator()
                        .body("{}")
                        .put("/api/tenants/" + id)
                        .then()
                        .statusCode(404);
            }
        }
    }

    @Test
    void areListedByIdAPageAtATimeAndByState() {
        String prefix = "0-" + UUID.randomUUID();
        for (String suffix : List.of("a", "b", "c")) {
            create("{\"id\":\"" + prefix + suffix + "\"}").then().statusCode(201);
        }
        Organisation.operator()
                .post("/api/tenants/" + prefix + "b/suspension")
                .then()
                .statusCode(200);

        String list = "/api/tenants?limit=2&after=" + prefix;
        Response first = Organisation.operator().get(list);
        first.then().body("data.tenants.id", contains(prefix + "a", prefix + "b"));
        Organisation.operator()
                .get("/api/tenants?limit=1&after=" + first.path("data.next"))
                .then()
                .body("data.tenants.id", contains(prefix + "c"));
        Organisation.operator()
                .get("/api/tenants?limit=1&state=suspended&after=" + prefix)
                .then()
                .body("data.tenants.id", contains(prefix + "b"))
                .body("data.tenants.state", contains("suspended"));
        Organisation.operator().get("/api/tenants?state=sleeping").then().statusCode(400);
    }

    @Nested
    class Suspended {

        private Organisation acme;
        private String key;

        @BeforeEach
        void aTenantWithAKey() {
            acme = Organisation.freshIn("UTC");
            key = acme.admin()
                    .body("{\"name\":\"k\",\"roles\":[\"service\"]}")
                    .post("/api/keys")
                    .path("data.key");
        }

        private void suspend() {
            Organisation.operator()
                    .post("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(200)
                    .body("data.state", equalTo("suspended"));
        }

        @Test
        void areRefusedEverythingWithEveryCredential() {
            acme.record(CALL);
            suspend();

            for (RequestSpecification caller :
                    List.of(acme.admin(), acme.service(), acme.member("1"), Organisation.bearing(key))) {
                caller.body("{}")
                        .post("/api/usage/check")
                        .then()
                        .statusCode(403)
                        .body("code", equalTo("tenant_suspended"));
            }
            acme.get("/api/usage/export").then().statusCode(403).body("code", equalTo("tenant_suspended"));
            acme.tryToRecord(CALL).then().statusCode(403).body("code", equalTo("tenant_suspended"));
        }

        @Test
        void keepTheirDataForTheTimeAfter() {
            acme.record(CALL);
            suspend();
            suspend();

            Organisation.operator()
                    .delete("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(200)
                    .body("data.state", equalTo("active"));

            acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", equalTo(1));
            Organisation.bearing(key)
                    .body(CALL)
                    .post("/api/usage/events")
                    .then()
                    .statusCode(201);
        }

        /** Who was let in a moment before it finds the ledger closed. */
        @Test
        void writeNothingMoreFromInside() {
            acme.record(CALL);
            suspend();

            assertThatThrownBy(() -> ledger.reverse(new TenantId(acme.id()), UUID.randomUUID(), "late"))
                    .isInstanceOf(NotFound.class);
            assertThatThrownBy(() -> ledger.release(new TenantId(acme.id()), UUID.randomUUID()))
                    .isInstanceOf(TenantSuspended.class);
        }

        @Test
        void letTheOperatorInWhoHoldsACredentialOfTheirs() {
            suspend();

            acme.as("root", Roles.PLATFORM_ADMIN, Roles.ADMIN)
                    .delete("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(200);
        }
    }

    @Nested
    class Removed {

        private Organisation acme;
        private final Organisation other = Organisation.fresh();

        @BeforeEach
        void aTenant() {
            acme = Organisation.freshIn("UTC");
        }

        private Response remove(String query) {
            return Organisation.operator().delete("/api/tenants/" + acme.id() + query);
        }

        private void suspend() {
            Organisation.operator()
                    .post("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(200);
        }

        private void fill(Organisation tenant) {
            tenant.record("{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,"
                    + "\"session_id\":\"s\",\"event_id\":\"x\"}");
            tenant.service()
                    .body("{\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"max_completion_tokens\":1}")
                    .post("/api/usage/reservations")
                    .then()
                    .statusCode(201);
            tenant.admin()
                    .body("{\"name\":\"k\",\"roles\":[\"service\"]}")
                    .post("/api/keys")
                    .then()
                    .statusCode(201);
        }

        @Test
        void onlyWhenSuspendedAndExported() {
            remove("").then().statusCode(409).body("code", equalTo("tenant_active"));
            suspend();
            remove("").then().statusCode(409).body("code", equalTo("not_exported"));
            Organisation.operator()
                    .get("/api/tenants/" + acme.id() + "/export")
                    .then()
                    .statusCode(200);

            remove("").then().statusCode(200).body("data.removed", equalTo(true));
        }

        /** What was written after an export's snapshot would be lost. */
        @Test
        void onlyWhenExportedWhileNobodyCouldWrite() {
            String export = "/api/tenants/" + acme.id() + "/export";
            Organisation.operator().get(export).then().statusCode(200);
            suspend();
            remove("").then().statusCode(409).body("code", equalTo("not_exported"));
            Organisation.operator().get(export).then().statusCode(200);
            Organisation.operator()
                    .delete("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(200);
            suspend();

            remove("").then().statusCode(409).body("code", equalTo("not_exported"));
        }

        /** Its rows go in portions: in between they are not what its sums say. */
        @Test
        void disturbNobodyWhileTheyGo() throws SQLException {
            fill(acme);
            suspend();
            try (var owner = PostgresForTests.server().connectAsOwner();
                    var statement = owner.createStatement()) {
                statement.execute("set tokentally.tenant = '" + acme.id() + "'");
                statement.execute("update tenant set removed_at = now()");
                statement.execute("delete from tenant_balance");
            }

            Organisation.operator()
                    .get("/api/platform/self-check?tenant=" + acme.id())
                    .then()
                    .statusCode(404);
            remove("").then().statusCode(200);
        }

        @Test
        void leaveNothingButTheirIdAndNothingOfOthersGoesWithThem() throws Exception {
            fill(acme);
            fill(other);
            Map<String, Long> ofOther = rowsOf(other);
            suspend();

            remove("?without_export=true").then().statusCode(200);

            assertThat(rowsOf(acme)).containsOnly(entry("tenant", 1L), entry("tenant_zone", 1L));
            assertThat(rowsOf(other)).isEqualTo(ofOther);
            remove("").then().statusCode(200).body("data.rows", equalTo(0));
        }

        @Test
        void neverComeBack() {
            fill(acme);
            suspend();
            remove("?without_export=true").then().statusCode(200);

            acme.tryToRecord(CALL).then().statusCode(403).body("code", equalTo("unknown_tenant"));
            acme.get("/api/usage/stats").then().statusCode(403).body("code", equalTo("unknown_tenant"));
            create("{\"id\":\"" + acme.id() + "\"}").then().statusCode(409).body("code", equalTo("tenant_exists"));
            Organisation.operator()
                    .delete("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(404);
            Organisation.operator()
                    .body("{}")
                    .put("/api/tenants/" + acme.id())
                    .then()
                    .statusCode(404);
            Organisation.operator()
                    .get("/api/tenants/" + acme.id())
                    .then()
                    .body("data.state", equalTo("removed"))
                    .body("data.name", equalTo(acme.id()));
        }

        @Test
        void areRememberedByThePlatform() {
            suspend();
            remove("?without_export=true").then().statusCode(200);

            Organisation.operator()
                    .get("/api/platform/audit?limit=1000")
                    .then()
                    .body(
                            "data.entries.findAll { it.subject == '" + acme.id() + "' }.action",
                            contains("tenant.removed", "tenant.suspended", "tenant.created"))
                    .body(
                            "data.entries.findAll { it.subject == '" + acme.id() + "' }.actor",
                            everyItem(equalTo("token:operator")));
        }

        @Test
        void areExportedWhole() throws Exception {
            fill(acme);
            fill(other);

            Map<String, List<String>> files = unzipped(Organisation.operator()
                    .get("/api/tenants/" + acme.id() + "/export")
                    .asByteArray());

            Map<String, Long> lines = files.entrySet().stream()
                    .filter(file -> !file.getValue().isEmpty())
                    .collect(Collectors.toMap(file -> file.getKey().replace(".ndjson", ""), file ->
                            (long) file.getValue().size()));
            assertThat(lines).isEqualTo(rowsOf(acme));
            assertThat(String.join("", files.get("user_api_usage.ndjson"))).contains("\"event_id\": \"x\"");
            assertThat(files.toString()).doesNotContain(other.id()).doesNotContain("key_hash\":");
        }

        private Map<String, List<String>> unzipped(byte[] archive) throws IOException {
            var files = new TreeMap<String, List<String>>();
            try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
                for (ZipEntry file = zip.getNextEntry(); file != null; file = zip.getNextEntry()) {
                    files.put(
                            file.getName(),
                            new String(zip.readAllBytes(), UTF_8).lines().toList());
                }
            }
            return files;
        }

        /** How many rows each table holds of a tenant, tables without any left out. */
        private Map<String, Long> rowsOf(Organisation tenant) throws SQLException {
            var rows = new TreeMap<String, Long>();
            try (var app = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + tenant.id());
                    var statement = app.createStatement();
                    var tables = app.createStatement().executeQuery("""
                            select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
                            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                              and a.attname in ('tenant_id', 'book')""")) {
                while (tables.next()) {
                    try (var count = statement.executeQuery("select count(*) from " + tables.getString(1) + " where "
                            + tables.getString(2) + " = '" + tenant.id() + "'")) {
                        count.next();
                        if (count.getLong(1) > 0) {
                            rows.put(tables.getString(1), count.getLong(1));
                        }
                    }
                }
            }
            return rows;
        }
    }
}
