package io.tokentally.http;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Route;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

@ApiTest
class QueryNamesTest {

    private final Organisation acme = Organisation.fresh();

    @Test
    void areRefusedByEveryRouteThatDoesNotKnowThem() {
        var softly = new SoftAssertions();
        for (Route route : Route.all()) {
            String role = route.roles().iterator().next();
            Response response = acme.as("ann", role)
                    .body("{}")
                    .request(route.method(), route.pathWith(place -> "1") + "?startdate=2026-01-01");
            softly.assertThat(response.statusCode()).as(route.toString()).isEqualTo(400);
            softly.assertThat(response.asString()).as(route.toString()).contains("startdate");
        }
        softly.assertAll();
    }

    @Test
    void areRefusedAllAtOnceAndToldWhichThereAre() {
        acme.get("/api/usage/summary?sort=x&limit=1&limit=3&offset=")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_input"))
                .body("errors.field", containsInAnyOrder("sort", "limit", "offset"))
                .body("errors.find { it.field == 'limit' }.message", equalTo("must be sent once"))
                .body("errors.find { it.field == 'offset' }.message", equalTo("must not be empty"))
                .body(
                        "errors.find { it.field == 'sort' }.message",
                        equalTo("is not known here; known are limit, offset, order, sortBy"));
    }

    @Test
    void areSpelledInOneWay() {
        acme.get("/api/usage/calls?userid=ann").then().statusCode(400).body("errors.field", contains("userid"));
    }

    @Test
    void areNamedToNobodyWhoMayNotAsk() {
        acme.member("ann").get("/api/usage/summary?sort=x").then().statusCode(403);
        Organisation.anonymous().get("/api/usage/summary?sort=x").then().statusCode(401);
    }

    @Test
    void mayComeTwiceWhereSeveralAreMeant() {
        acme.get("/api/usage/calls?tag=a:1&tag=b:2").then().statusCode(200);
        acme.get("/api/usage/calls?scope=a&scope=b").then().statusCode(400).body("errors.field", contains("scope"));
    }
}
