package io.tokentally.quota;

import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class UsersAndTiersTest {

    private final Organisation acme = Organisation.fresh();

    @Nested
    class Users {

        @Test
        void areOnTheFreeTierWhenFirstSeen() {
            acme.record("{\"user_id\":1,\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");

            acme.get("/api/users/1")
                    .then()
                    .statusCode(200)
                    .body("data.user_id", comparesEqualTo(1))
                    .body("data.tier", equalTo("free"));
        }

        @Test
        void areListedByIdAPageAtATime() {
            for (String id : List.of("b", "a", "c")) {
                acme.putUser(id, "{}");
            }

            Response first = acme.get("/api/users?limit=2");

            first.then()
                    .statusCode(200)
                    .body("data.users.user_id", contains("a", "admin-1"))
                    .body("data.users.tier", contains("free", "free"))
                    .body("data.users[0].limits.maxMonthlyCalls", comparesEqualTo(50));
            acme.get("/api/users?limit=2&after=" + first.path("data.next"))
                    .then()
                    .body("data.users.user_id", contains("b", "c"));
            acme.get("/api/users?limit=2&after=c")
                    .then()
                    .body("data.users", empty())
                    .body("data.next", nullValue());
        }

        @Test
        void areFoundByAPartOfTheirIdNameOrEmail() {
            acme.putUser("1", "{\"username\": \"Ann_Lee\"}");
            acme.putUser("2", "{\"email\": \"bob%x@example.com\"}");
            acme.putUser("LEEWAY", "{}");

            acme.get("/api/users?q=lee").then().body("data.users.user_id", contains(1, "LEEWAY"));
            acme.get("/api/users?q=n_l").then().body("data.users.user_id", contains(1));
            acme.admin().queryParam("q", "%X").get("/api/users").then().body("data.users.user_id", contains(2));
            acme.get("/api/users?q=nobody").then().body("data.users", empty());
            acme.get("/api/users?limit=0").then().statusCode(400).body("errors.field", contains("limit"));
        }

        @Test
        void takeTheLimitsOfTheirTier() {
            acme.putUser("1", "{\"tier\": \"pro\"}");

            acme.get("/api/users/1").then().body("data.limits.maxMonthlyCalls", comparesEqualTo(1000));
        }

        @Test
        void keepWhatAChangeDoesNotName() {
            acme.putUser("1", "{\"tier\": \"pro\", \"username\": \"ann\", \"email\": \"a@example.com\"}");
            acme.putUser("1", "{\"email\": null}");

            acme.get("/api/users/1")
                    .then()
                    .body("data.tier", equalTo("pro"))
                    .body("data.username", equalTo("ann"))
                    .body("data.email", nullValue());
        }

        @Test
        void mayHaveLimitsOfTheirOwnWhereNullIsUnlimited() {
            acme.putUser("1", "{\"limits\": {\"maxMonthlyCalls\": null, \"maxMonthlyCost\": 12.345678901234567890}}");

            acme.get("/api/users/1")
                    .then()
                    .body("data.limits.maxMonthlyTokens", comparesEqualTo(100_000))
                    .body("data.limits.maxMonthlyCost", comparesEqualTo(new BigDecimal("12.34567890123456789")))
                    .body("data.limits.maxMonthlyCalls", nullValue());
        }

        @Test
        void returnToTheirTierWhenLimitsAreCleared() {
            acme.putUser("1", "{\"limits\": {\"maxMonthlyCalls\": 7}}");
            acme.putUser("1", "{\"limits\": null}");

            acme.get("/api/users/1").then().body("data.limits.maxMonthlyCalls", comparesEqualTo(50));
        }

        @Test
        void areWrittenTheWayTheirFirstEventWroteThem() {
            acme.putUser("5", "{}");
            acme.record("{\"user_id\":\"5\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");

            acme.get("/api/users/5").then().body("data.user_id", equalTo("5"));
        }

        @Test
        void areRefusedWithEveryWrongMemberNamed() {
            acme.admin()
                    .body(
                            "{\"tier\": 1, \"name\": \"x\", \"email\": \"\", \"limits\": {\"maxMonthlyCalls\": -1, \"calls\": 1,"
                                    + " \"maxMonthlyCost\": \"1\"}}")
                    .put("/api/users/1")
                    .then()
                    .statusCode(400)
                    .body(
                            "errors.field",
                            containsInAnyOrder(
                                    "tier",
                                    "name",
                                    "email",
                                    "limits.maxMonthlyCalls",
                                    "limits.calls",
                                    "limits.maxMonthlyCost"));
        }

        @Test
        void areRefusedATierThatDoesNotExist() {
            acme.admin()
                    .body("{\"tier\": \"gold\"}")
                    .put("/api/users/1")
                    .then()
                    .statusCode(400)
                    .body("errors.field", contains("tier"));
            acme.get("/api/users/1").then().statusCode(404);
        }
    }

    @Nested
    class Tiers {

        @Test
        void areTheSeedsFourToBeginWith() {
            acme.get("/api/tiers")
                    .then()
                    .body("data.tier", containsInAnyOrder("free", "basic", "pro", "unlimited"))
                    .body("data.find { it.tier == 'basic' }.limits.maxMonthlyTokens", comparesEqualTo(500_000))
                    .body(
                            "data.find { it.tier == 'basic' }.limits.maxMonthlyCost",
                            comparesEqualTo(new BigDecimal("2.5")))
                    .body("data.find { it.tier == 'basic' }.limits.maxMonthlyCalls", comparesEqualTo(250))
                    .body("data.find { it.tier == 'unlimited' }.limits.maxMonthlyCalls", nullValue());
        }

        @Test
        void mayBeAdded() {
            acme.admin()
                    .body("{\"maxMonthlyCalls\": 3}")
                    .put("/api/tiers/trial")
                    .then()
                    .statusCode(200);
            acme.putUser("1", "{\"tier\": \"trial\"}");

            acme.check("1").then().body("data.limits.maxMonthlyCalls", comparesEqualTo(3));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{\"maxMonthlyCalls\": 1.5}", "{\"calls\": 1}", "[]", "null", "{\"maxMonthlyCost\": -0.1}"})
        void areRefusedWithABodyOf(String body) {
            acme.admin().body(body).put("/api/tiers/free").then().statusCode(400);
        }

        @Test
        void ofOneTenantAreNotThoseOfAnother() {
            acme.admin()
                    .body("{\"maxMonthlyCalls\": 3}")
                    .put("/api/tiers/free")
                    .then()
                    .statusCode(200);

            Organisation.fresh().check("1").then().body("data.limits.maxMonthlyCalls", comparesEqualTo(50));
        }
    }
}
