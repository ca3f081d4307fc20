package io.tokentally.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class MeTest {

    private final Organisation acme = Organisation.fresh();

    @Inject
    TestClock clock;

    @AfterEach
    void realTimeAgain() {
        clock.reset();
    }

    private String record(String user, int tokens, String more) {
        return acme.record("{\"user_id\":\"" + user + "\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":"
                        + tokens + more + "}")
                .path("data.id");
    }

    private Response me(String user, String path) {
        return acme.member(user).get("/api/usage/me" + path);
    }

    @Test
    void isWhatTheAdminSeesOfTheUser() {
        record("ann", 10, "");
        record("bob", 20, "");

        Response seenByAdmin = acme.get("/api/usage/user/ann");

        me("ann", "").then().statusCode(200);
        assertThat(me("ann", "").asString()).isEqualTo(seenByAdmin.asString());
    }

    @Test
    void isZerosForWhoWasNeverSeenAndMakesNobodyKnown() {
        me("new", "")
                .then()
                .statusCode(200)
                .body("data.userId", equalTo("new"))
                .body("data.total.total_calls", equalTo(0))
                .body("data.balance.tier", equalTo("free"));
        me("new", "/recent").then().statusCode(200).body("data.calls", hasSize(0));
        me("new", "/daily").then().statusCode(200).body("data", hasSize(30));

        acme.get("/api/usage/user/new").then().statusCode(404);
    }

    @Test
    void showsRecentCallsNewestFirstAPageAtATime() {
        List<String> ids =
                IntStream.range(0, 5).mapToObj(call -> record("ann", call, "")).toList();
        record("bob", 1, "");

        Response first = me("ann", "/recent?limit=3");

        first.then().body("data.calls.id", contains(ids.get(4), ids.get(3), ids.get(2)));
        me("ann", "/recent?limit=3&cursor=" + first.path("data.next"))
                .then()
                .body("data.calls.id", contains(ids.get(1), ids.get(0)))
                .body("data.next", nullValue());
    }

    @Test
    void showsDaysOfOneselfThatAddUp() {
        clock.set("2026-05-03T12:00:00Z");
        record("ann", 10, ",\"occurred_at\":\"2026-05-01T00:00:00Z\"");
        record("ann", 30, "");
        record("bob", 99, "");

        me("ann", "/daily?days=3")
                .then()
                .body("data.date", contains("2026-05-03", "2026-05-02", "2026-05-01"))
                .body("data.api_calls", contains(1, 0, 1))
                .body("data.total_tokens", contains(30, 0, 10))
                .body("data.cost_usd[1]", equalTo(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/recent?limit=0", "/recent?cursor=x", "/daily?days=0", "/daily?days=none"})
    void refusesAWrongParameterByName(String path) {
        me("ann", path).then().statusCode(400).body("code", equalTo("invalid_input"));
    }

    /** A backend is nobody. */
    @Test
    void isForWhoIsSomebody() {
        String key = acme.admin()
                .body("{\"name\":\"k\",\"roles\":[\"service\"]}")
                .post("/api/keys")
                .path("data.key");

        Organisation.bearing(key).get("/api/usage/me").then().statusCode(403).body("code", equalTo("no_user"));
    }
}
