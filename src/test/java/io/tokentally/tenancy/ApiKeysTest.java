package io.tokentally.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class ApiKeysTest {

    private static final String CALL = "{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}";
    private static final String NOBODYS = "0198c0de-0000-7000-8000-000000000000";

    private final Organisation acme = Organisation.fresh();
    private final Organisation other = Organisation.fresh();

    @Inject
    TestClock clock;

    @AfterEach
    void realTimeAgain() {
        clock.reset();
    }

    private Response create(String body) {
        return acme.admin().body(body).post("/api/keys");
    }

    private Response created(String more) {
        Response response = create("{\"name\":\"backend\",\"roles\":[\"service\"]" + more + "}");
        response.then().statusCode(201);
        return response;
    }

    private static String key(Response made) {
        return made.path("data.key");
    }

    private static String id(Response made) {
        return made.path("data.id");
    }

    private Response rotate(String id, String body) {
        return acme.admin().body(body).post("/api/keys/" + id + "/rotation");
    }

    private Response revoke(String id) {
        return acme.admin().delete("/api/keys/" + id);
    }

    private static int statusOf(String key) {
        return Organisation.bearing(key).body("{}").post("/api/usage/check").statusCode();
    }

    @Nested
    class Created {

        @Test
        void recordCallsForTheirTenant() {
            String key = key(created(""));

            Organisation.bearing(key)
                    .body(CALL)
                    .post("/api/usage/events")
                    .then()
                    .statusCode(201);

            acme.get("/api/usage/stats").then().body("data.overall.total_api_calls", equalTo(1));
        }

        @Test
        void areShownOnceAndRecognisedByTheirPrefix() {
            Response made = created("");

            assertThat(key(made)).startsWith(made.path("data.prefix") + "_").startsWith("tk_" + acme.id() + "_");
            acme.get("/api/keys")
                    .then()
                    .statusCode(200)
                    .body("data.keys.prefix", contains((String) made.path("data.prefix")))
                    .body("data.keys[0].key", nullValue())
                    .body("data.keys[0].state", equalTo("active"))
                    .body("data.keys[0].created_by", equalTo("admin-1"));
        }

        @Test
        void areKeptAsHashesOnly() throws SQLException {
            String key = key(created(""));
            String secret = key.substring(key.lastIndexOf('_') + 1);

            try (var connection = PostgresForTests.server().connectAsApp("-c%20tokentally.tenant=" + acme.id());
                    var rows = connection.createStatement().executeQuery("""
                            select count(*) filter (where k::text like '%%%1$s%%'),
                                   count(*) filter (where l::text like '%%%1$s%%'), count(k.*)
                            from api_key k full join audit_log l on false""".formatted(secret))) {
                rows.next();
                assertThat(rows.getLong(1)).isZero();
                assertThat(rows.getLong(2)).isZero();
                assertThat(rows.getLong(3)).isPositive();
            }
        }

        @Test
        void standForAUserWhoSeesThemselves() {
            acme.record(CALL);
            String key = key(create("{\"name\":\"cli\",\"roles\":[\"member\"],\"user_id\":1}"));

            Organisation.bearing(key)
                    .get("/api/usage/me")
                    .then()
                    .statusCode(200)
                    .body("data.total.total_calls", equalTo(1));
            Organisation.bearing(key).get("/api/usage/user/2").then().statusCode(404);
            Organisation.bearing(key).get("/api/usage/stats").then().statusCode(403);
        }

        @Test
        void tellWhenTheyWereLastUsed() {
            Response made = created("");
            assertThat(statusOf(key(made))).isEqualTo(200);

            // written beside the request
            assertThat(Stream.generate(() -> acme.get("/api/keys").<String>path("data.keys[0].last_used_at"))
                            .limit(500)
                            .anyMatch(Objects::nonNull))
                    .isTrue();
        }

        @Test
        void areListedAPageAtATime() {
            List<String> ids = List.of(id(created("")), id(created("")), id(created("")));

            Response first = acme.get("/api/keys?limit=2");

            first.then().body("data.keys.id", contains(ids.get(2), ids.get(1)));
            acme.get("/api/keys?limit=2&before=" + first.path("data.next"))
                    .then()
                    .body("data.keys.id", contains(ids.getFirst()))
                    .body("data.next", nullValue());
        }

        @Test
        void areFoundByWhomTheyStandForAndByWhetherTheyCount() {
            String backend = id(created(""));
            String ann = id(create("{\"name\":\"a\",\"roles\":[\"member\"],\"user_id\":\"ann\"}"));
            String seven = id(create("{\"name\":\"s\",\"roles\":[\"member\"],\"user_id\":7}"));
            String lost = id(create("{\"name\":\"l\",\"roles\":[\"member\"],\"user_id\":7}"));
            revoke(lost).then().statusCode(204);

            acme.get("/api/keys?userId=ann").then().body("data.keys.id", contains(ann));
            acme.get("/api/keys?userId=7").then().body("data.keys.id", contains(lost, seven));
            acme.get("/api/keys?personal=true").then().body("data.keys.id", contains(lost, seven, ann));
            acme.get("/api/keys?personal=false").then().body("data.keys.id", contains(backend));
            acme.get("/api/keys?personal=true&state=active&limit=1")
                    .then()
                    .body("data.keys.id", contains(seven))
                    .body("data.next", equalTo(seven));
            acme.get("/api/keys?state=revoked").then().body("data.keys.id", contains(lost));
            acme.get("/api/keys?state=gone&personal=1&userId=" + "x".repeat(256))
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("userId", "personal", "state"));
        }

        @Test
        void countNoLongerOnceTheyHaveExpired() {
            Instant end = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
            String passing = id(created(",\"expires_at\":\"" + end + "\""));
            acme.get("/api/keys?state=expired").then().body("data.keys", hasSize(0));

            clock.set(end.toString());

            acme.get("/api/keys?state=expired").then().body("data.keys.id", contains(passing));
            acme.get("/api/keys?state=active").then().body("data.keys", hasSize(0));
        }
    }

    @Nested
    class Refused {

        @Test
        void withEveryWrongMemberNamed() {
            create("{\"name\":\"\",\"roles\":[\"owner\"],\"expires_at\":\"2020-01-01T00:00:00Z\",\"colour\":1}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("name", "roles", "expires_at", "colour"));
            create("{}").then().statusCode(400).body("errors.field", containsInAnyOrder("name", "roles"));
            create("{\"name\":\"x\",\"roles\":[]}").then().body("errors.field", contains("roles"));
            create("{\"name\":\"x\",\"roles\":[\"service\",null,5]}").then().body("errors.field", contains("roles"));
            create("{\"name\":\"x\",\"roles\":[\"member\"]}").then().body("errors.field", contains("user_id"));
            create("{\"name\":\"x\",\"roles\":[1,null]}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("roles"));
            create("{\"name\":\"x\",\"roles\":[\"admin\"],\"user_id\":1}")
                    .then()
                    .body("errors.field", contains("user_id"));
            create("[]").then().statusCode(400).body("errors.field", contains("body"));
        }

        @Test
        void asOperators() {
            create("{\"name\":\"x\",\"roles\":[\"platform-admin\"]}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("roles"));
        }

        /** No key makes more of itself. */
        @Test
        void fromWhoIsNoAdmin() {
            String key = key(created(""));

            Organisation.bearing(key)
                    .body("{\"name\":\"x\",\"roles\":[\"service\"]}")
                    .post("/api/keys")
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("forbidden"));
        }

        @ParameterizedTest
        @ValueSource(strings = {NOBODYS, "1", "*"})
        void whenThereIsNoneOfThatId(String id) {
            revoke(id).then().statusCode(404).body("code", equalTo("not_found"));
            rotate(id, "{}").then().statusCode(404).body("code", equalTo("not_found"));
        }

        @Test
        void whenItIsAnotherTenants() {
            String theirs = other.admin()
                    .body("{\"name\":\"x\",\"roles\":[\"service\"]}")
                    .post("/api/keys")
                    .path("data.id");

            assertThat(revoke(theirs).asByteArray()).isEqualTo(revoke(NOBODYS).asByteArray());
            assertThat(rotate(theirs, "{}").asByteArray())
                    .isEqualTo(rotate(NOBODYS, "{}").asByteArray());
            acme.get("/api/keys").then().body("data.keys", hasSize(0));
        }
    }

    @Nested
    class AtTheDoor {

        @Test
        void countUntilTheInstantOfTheirExpiry() {
            Instant expiry = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MICROS);
            String key = key(created(",\"expires_at\":\"" + expiry + "\""));

            clock.set(expiry.minusNanos(1_000).toString());
            assertThat(statusOf(key)).isEqualTo(200);
            clock.set(expiry.toString());
            assertThat(statusOf(key)).isEqualTo(401);
        }

        @Test
        void countNoMoreOnceRevoked() {
            Response made = created("");
            assertThat(statusOf(key(made))).isEqualTo(200);

            revoke(id(made)).then().statusCode(204);

            assertThat(statusOf(key(made))).isEqualTo(401);
            revoke(id(made)).then().statusCode(204);
            acme.get("/api/keys").then().body("data.keys[0].state", equalTo("revoked"));
        }

        /** Whatever is wrong with a key, the answer is that of any bad credential. */
        @ParameterizedTest
        @CsvSource({
            "another secret, tk_%1$s_%2$s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "another prefix, tk_%1$s_AAAAAAAAAA_%3$s",
            "another tenant, tk_%4$s_%2$s_%3$s",
            "a tenant that is none, tk_nobody-at-all_%2$s_%3$s",
            "the platform, tk_*_%2$s_%3$s",
            "no secret, tk_%1$s_%2$s_",
            "no form, tk_",
            "a longer one, tk_%1$s_%2$s_%3$sA",
            "two tenants, 'tk_%1$s,%4$s_%2$s_%3$s'"
        })
        void areRefusedWith(String fault, String form) {
            String[] parts = key(created(""))
                    .substring(("tk_" + acme.id() + "_").length())
                    .split("_");

            Response response = Organisation.bearing(form.formatted(acme.id(), parts[0], parts[1], other.id()))
                    .get("/api/usage/stats");

            response.then().statusCode(401).body("code", equalTo("unauthorized"));
            assertThat(response.asByteArray())
                    .as(fault)
                    .isEqualTo(Organisation.anonymous().get("/api/usage/stats").asByteArray());
        }

        @Test
        void leadToTheirOwnTenantOnly() {
            other.record(CALL);
            String key = key(create("{\"name\":\"x\",\"roles\":[\"admin\"]}"));

            Organisation.bearing(key)
                    .get("/api/usage/stats")
                    .then()
                    .statusCode(200)
                    .body("data.overall.total_api_calls", equalTo(0));
        }
    }

    @Nested
    class Rotated {

        @Test
        void bothCountUntilTheOverlapEnds() {
            Response old = created("");
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            clock.set(now.toString());

            Response made = rotate(id(old), "{\"overlap_seconds\":60}");

            made.then().statusCode(201).body("data.roles", contains("service")).body("data.name", equalTo("backend"));
            clock.set(now.plusSeconds(59).toString());
            assertThat(statusOf(key(old))).isEqualTo(200);
            assertThat(statusOf(key(made))).isEqualTo(200);
            clock.set(now.plusSeconds(60).toString());
            assertThat(statusOf(key(old))).isEqualTo(401);
            assertThat(statusOf(key(made))).isEqualTo(200);
        }

        @Test
        void neverLivesLongerForIt() {
            Instant expiry = Instant.now().plusSeconds(100).truncatedTo(ChronoUnit.SECONDS);
            Response old = created(",\"expires_at\":\"" + expiry + "\"");

            rotate(id(old), "{\"overlap_seconds\":86400,\"expires_at\":\"2999-01-01T00:00:00Z\"}")
                    .then()
                    .statusCode(201)
                    .body("data.expires_at", equalTo("2999-01-01T00:00:00Z"));

            acme.get("/api/keys").then().body("data.keys[1].expires_at", equalTo(expiry.toString()));
        }

        @Test
        void onlyOnceAndOnlyWhileItCounts() {
            Response old = created("");
            rotate(id(old), "").then().statusCode(201);
            Response revoked = created("");
            revoke(id(revoked));

            rotate(id(old), "{}").then().statusCode(409).body("code", equalTo("key_ended"));
            rotate(id(revoked), "{}").then().statusCode(409).body("code", equalTo("key_ended"));
            rotate(id(created("")), "{\"overlap_seconds\":-1}")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("overlap_seconds"));
        }
    }

    @Test
    void everyChangeOfAKeyIsInTheAuditLog() {
        Response made = created("");
        rotate(id(made), "{}");
        revoke(id(made));

        acme.get("/api/audit?limit=3")
                .then()
                .body("data.entries.action", contains("key.revoked", "key.rotated", "key.created"))
                .body(
                        "data.entries.subject",
                        contains(made.path("data.prefix"), made.path("data.prefix"), made.<String>path("data.prefix")));
    }

    /** After a leak: what came of the key. */
    @Test
    void aKeyTellsWhichCredentialMadeIt() {
        Response made = create("{\"name\":\"ci\",\"roles\":[\"admin\"]}");

        Organisation.bearing(key(made))
                .body("{\"name\":\"child\",\"roles\":[\"admin\"]}")
                .post("/api/keys")
                .then()
                .statusCode(201)
                .body("data.created_with", equalTo("key:" + made.path("data.prefix")))
                .body("data.created_by", nullValue());
        acme.get("/api/keys").then().body("data.keys[1].created_with", equalTo("token"));
    }

    @Test
    void whatAKeyDoesIsWrittenDownUnderItsPrefix() {
        Response made = create("{\"name\":\"ci\",\"roles\":[\"admin\"]}");

        Organisation.bearing(key(made)).body("{}").put("/api/tiers/gold").then().statusCode(200);

        acme.get("/api/audit?action=tier.changed")
                .then()
                .body("data.entries.actor", contains("key:" + made.path("data.prefix")))
                .body("data.entries[0].actor_id", nullValue());
    }
}
