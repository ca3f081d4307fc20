package io.tokentally.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class AuditTest {

    private final Organisation acme = Organisation.fresh();

    @Test
    void saysWhoDidWhatToWhomFromWhere() {
        acme.as("ann", Roles.ADMIN)
                .header("X-Request-Id", "req-1")
                .body("{\"tier\":\"pro\",\"email\":\"bob@example.com\"}")
                .put("/api/users/bob")
                .then()
                .statusCode(200);

        Response audit = acme.get("/api/audit");

        audit.then()
                .statusCode(200)
                .body("data.entries", hasSize(1))
                .body("data.entries[0].action", equalTo("user.changed"))
                .body("data.entries[0].actor", equalTo("token"))
                .body("data.entries[0].actor_id", equalTo("ann"))
                .body("data.entries[0].user_id", equalTo("bob"))
                .body("data.entries[0].from", equalTo("127.0.0.1"))
                .body("data.entries[0].request_id", equalTo("req-1"))
                .body("data.entries[0].at", notNullValue())
                .body("data.entries[0].details", equalTo(Map.of("tier", "pro", "email", "changed")));
        assertThat(audit.asString()).doesNotContain("bob@example.com");
    }

    @Test
    void tellsOfEveryChangeAndExport() {
        acme.admin()
                .body("{\"maxMonthlyCalls\":1}")
                .put("/api/tiers/gold")
                .then()
                .statusCode(200);
        acme.admin().body("{\"name\":\"Acme\"}").put("/api/tenant").then().statusCode(200);
        acme.get("/api/usage/export?userId=1&startDate=2026-01-01").then().statusCode(200);
        acme.get("/api/usage/export/summary").then().statusCode(200);

        acme.get("/api/audit")
                .then()
                .body(
                        "data.entries.action",
                        contains("usage.exported", "usage.exported", "tenant.changed", "tier.changed"))
                .body("data.entries.subject", contains("usage-summary.csv", "usage.csv", acme.id(), "gold"));
    }

    /** The ledger does it, in a transaction it shares with others. */
    @Test
    void tellsWhoTookAnEventBackOnce() {
        String event = acme.record("{\"user_id\":\"bob\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}")
                .path("data.id");
        String reversal = "/api/usage/events/" + event + "/reversal";

        acme.as("ann", Roles.ADMIN)
                .body("{\"reason\":\"twice\"}")
                .post(reversal)
                .then()
                .statusCode(201);
        acme.as("zoe", Roles.ADMIN)
                .body("{\"reason\":\"twice\"}")
                .post(reversal)
                .then()
                .statusCode(200);
        acme.as("zoe", Roles.ADMIN)
                .body("{\"reason\":\"other\"}")
                .post(reversal)
                .then()
                .statusCode(409);

        acme.get("/api/audit?action=usage.reversed")
                .then()
                .body("data.entries.actor_id", contains("ann"))
                .body("data.entries.user_id", contains("bob"))
                .body("data.entries.subject", contains(event));
    }

    @Test
    void tellsNothingOfWhatWasRefused() {
        acme.admin().body("{\"tier\":\"none\"}").put("/api/users/bob").then().statusCode(400);
        acme.admin()
                .body("{\"maxMonthlyCalls\":-1}")
                .put("/api/tiers/gold")
                .then()
                .statusCode(400);
        acme.get("/api/usage/export?limit=none").then().statusCode(400);

        acme.get("/api/audit").then().body("data.entries", hasSize(0));
    }

    @Test
    void isReadAPageAtATimeAndByAction() {
        for (String tier : new String[] {"a", "b", "c"}) {
            acme.admin().body("{}").put("/api/tiers/" + tier).then().statusCode(200);
        }
        acme.putUser("1", "{}");

        Response first = acme.get("/api/audit?limit=2&action=tier.changed");

        first.then().body("data.entries.subject", contains("c", "b"));
        acme.get("/api/audit?limit=2&action=tier.changed&before=" + first.path("data.next"))
                .then()
                .body("data.entries.subject", contains("a"))
                .body("data.next", nullValue());
        acme.get("/api/audit?limit=0&action=tier.eaten&before=x")
                .then()
                .statusCode(400)
                .body("errors.field", contains("action", "before", "limit"));
    }

    @Test
    void isOneTenantsAlone() {
        acme.putUser("1", "{}");

        Organisation.fresh().get("/api/audit").then().body("data.entries", hasSize(0));
    }

    /** Not even by the owner of the table, which row security binds too. */
    @ParameterizedTest
    @ValueSource(strings = {"update audit_log set actor = 'nobody'", "delete from audit_log"})
    void isAddedToAndNeverChanged(String change) throws SQLException {
        acme.putUser("1", "{}");

        try (var app = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id())) {
            assertThatThrownBy(() -> app.createStatement().executeUpdate(change))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
        }
        try (var owner = PostgresForTests.server().connectAsOwner()) {
            owner.createStatement().execute("set tokentally.tenant = '" + acme.id() + "'");
            assertThat(owner.createStatement().executeUpdate(change)).isZero();
        }
        acme.get("/api/audit").then().body("data.entries.actor", contains("token"));
    }
}
