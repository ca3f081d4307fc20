package io.tokentally.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class UsersThisMonthTest {

    private final Organisation acme = Organisation.fresh();

    @Inject
    TestClock clock;

    @AfterEach
    void realTime() {
        clock.reset();
    }

    private void call(String user, long tokens, String more) {
        acme.record("{\"user_id\":\"" + user + "\",\"endpoint\":\"e\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":"
                + tokens + more + "}");
    }

    private void reserve(String user, int seconds) {
        acme.service()
                .body("{\"user_id\":\"" + user
                        + "\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":70,\"max_completion_tokens\":30,\"ttl_seconds\":"
                        + seconds + "}")
                .post("/api/usage/reservations")
                .then()
                .statusCode(201);
    }

    private static Map<String, Object> only(Response page) {
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.jsonPath().getList("data.users")).hasSize(1);
        return page.path("data.users[0]");
    }

    @Nested
    class EachUser {

        @Test
        void hasTheNumbersThatACheckGives() {
            call("ann", 1_000, "");
            call("ann", 10, ",\"provider\":\"nobody\"");
            reserve("ann", 600);
            Map<String, Object> check = acme.check("\"ann\"").path("data");
            Object resetsAt = check.remove("resets_at");
            check.remove("allowed");

            Response page = acme.get("/api/users?q=ann");

            assertThat(only(page)).containsAllEntriesOf(check).containsEntry("unpriced_calls", 1);
            assertThat(page.<Object>path("data.resets_at")).isEqualTo(resetsAt);
            assertThat(acme.get("/api/users/ann").<Map<String, Object>>path("data"))
                    .isEqualTo(only(page));
        }

        @Test
        void holdsNothingFromTheInstantThatAHoldEnds() {
            clock.set("2023-05-10T10:00:00Z");
            acme.putUser("ann", "{}");
            reserve("ann", 60);
            reserve("ann", 600);

            clock.set("2023-05-10T10:00:59.999999Z");
            acme.get("/api/users?q=ann")
                    .then()
                    .body("data.users[0].held.tokens", comparesEqualTo(200))
                    .body("data.users[0].available.calls", comparesEqualTo(48));
            clock.set("2023-05-10T10:01:00Z");
            Map<String, Object> listed = only(acme.get("/api/users?q=ann"));
            assertThat(listed.get("held"))
                    .isEqualTo(acme.check("\"ann\"").<Object>path("data.held"))
                    .isEqualTo(acme.get("/api/users/ann").<Object>path("data.held"));
            assertThat(listed.get("available")).isEqualTo(acme.check("\"ann\"").<Object>path("data.available"));
        }

        @Test
        void hasUsedNothingYetWhenAMonthBegins() {
            clock.set("2023-05-31T23:59:59.999999Z");
            call("ann", 7, "");
            acme.get("/api/users/ann").then().body("data.usage.tokens", comparesEqualTo(7));

            clock.set("2023-06-01T00:00:00Z");
            acme.get("/api/users/ann")
                    .then()
                    .body("data.usage.tokens", comparesEqualTo(0))
                    .body("data.usage.calls", comparesEqualTo(0))
                    .body("data.usage.cost", comparesEqualTo(0))
                    .body("data.last_call", equalTo("2023-05-31T23:59:59.999999Z"));
            acme.get("/api/users").then().body("data.resets_at", equalTo("2023-07-01T00:00:00Z"));
        }

        @Test
        void hasLeftWhatTheirOwnLimitsLeaveWhateverTheTenantsDo() {
            call("ann", 1, "");
            Organisation.operator()
                    .body("{\"limits\": {\"maxMonthlyCalls\": 3}}")
                    .put("/api/tenants/" + acme.id())
                    .then()
                    .statusCode(200);
            acme.putUser("ann", "{\"tier\": \"unlimited\", \"limits\": {\"maxMonthlyCost\": 0.0001}}");
            call("ann", 1_000, "");

            acme.get("/api/users/ann")
                    .then()
                    .body("data.available.calls", nullValue())
                    .body("data.available.tokens", nullValue())
                    .body("data.available.cost", comparesEqualTo(0));
        }

        @Test
        void tellsATierOfTheirOwnFromTheDefaultOne() {
            acme.admin()
                    .body("{\"tier\": \"free\"}")
                    .put("/api/users/ann")
                    .then()
                    .body("data.tier", equalTo("free"))
                    .body("data.own_tier", equalTo("free"));
            acme.admin()
                    .body("{\"tier\": null}")
                    .put("/api/users/ann")
                    .then()
                    .body("data.tier", equalTo("free"))
                    .body("data.own_tier", nullValue());
        }

        @Test
        void tellsTheLimitsOfTheirOwnAsAChangeTakesThem() {
            String limits = "{\"maxMonthlyTokens\":null,\"maxMonthlyCost\":100.50}";

            Response put = acme.admin().body("{\"limits\": " + limits + "}").put("/api/users/ann");

            assertThat(put.asString())
                    .contains("\"limit_overrides\":{\"maxMonthlyTokens\":null,\"maxMonthlyCost\":100.5}");
            put.then()
                    .body("data.limits.maxMonthlyCalls", comparesEqualTo(50))
                    .body("data.usage.calls", comparesEqualTo(0))
                    .body("data.last_call", nullValue());
            assertThat(only(acme.get("/api/users?q=ann"))).isEqualTo(put.path("data"));
            acme.putUser("ann", "{\"limits\": {\"maxMonthlyCost\": 100}}");
            assertThat(acme.get("/api/users/ann").asString()).contains("\"limit_overrides\":{\"maxMonthlyCost\":100}");
            acme.putUser("ann", "{\"limits\": null}");
            assertThat(acme.get("/api/users/ann").asString()).contains("\"limit_overrides\":{}");
        }
    }

    @Nested
    class TheList {

        @BeforeEach
        void furnish() {
            acme.putUser("a", "{\"username\": \"Zoe\", \"tier\": \"pro\"}");
            acme.putUser("b", "{\"username\": \"Ann\", \"email\": \"b@example.com\"}");
            acme.putUser("c", "{\"email\": \"a@example.com\", \"tier\": \"basic\"}");
            call("a", 1, "");
            call("a", 1, "");
            call("b", 90, ",\"occurred_at\":\"2023-05-01T00:00:00Z\"");
            call("c", 10, "");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        sortBy=user_id                  | a b c
                        sortBy=user_id&order=DESC       | c b a
                        sortBy=username                 | b a c
                        sortBy=username&order=DESC      | a b c
                        sortBy=email                    | c b a
                        sortBy=tier                     | c b a
                        sortBy=tokens                   | c a b
                        sortBy=tokens&order=asc         | b a c
                        sortBy=cost                     | c a b
                        sortBy=calls                    | a c b
                        sortBy=last_call                | c a b
                        sortBy=last_call&order=ASC      | b a c
                        sortBy=created_at               | c b a
                        sortBy=created_at&order=ASC     | a b c""")
        void isSortedByWhatIsAskedFor(String asked, String ids) {
            Response page = acme.get("/api/users?" + asked);

            page.then().statusCode(200).body("data.total", comparesEqualTo(4));
            List<String> found = page.path("data.users.user_id");
            assertThat(found.stream().filter(id -> id.length() == 1)).containsExactly(ids.split(" "));
        }

        @Test
        void isReadByOffsetInAnyOrderAndSaysHowManyThereAre() {
            acme.get("/api/users?sortBy=tokens&limit=2&offset=1")
                    .then()
                    .body("data.users.user_id", contains("a", "admin-1"))
                    .body("data.next", nullValue())
                    .body("data.total", comparesEqualTo(4));
            acme.get("/api/users?sortBy=tokens&limit=2&offset=9")
                    .then()
                    .body("data.users", empty())
                    .body("data.total", comparesEqualTo(4));
        }

        @Test
        void countsWhomItMatchesHoweverFarOneHasRead() {
            acme.get("/api/users?q=example.com&after=b")
                    .then()
                    .body("data.users.user_id", contains("c"))
                    .body("data.total", comparesEqualTo(2));
        }

        @Test
        void isOfOneTierThatManyAreOnByDefault() {
            acme.get("/api/users?tier=free").then().body("data.users.user_id", contains("admin-1", "b"));
            acme.get("/api/users?tier=pro").then().body("data.users.user_id", contains("a"));
            acme.get("/api/users?tier=gold")
                    .then()
                    .statusCode(200)
                    .body("data.users", empty())
                    .body("data.total", comparesEqualTo(0));
        }

        @ParameterizedTest
        @ValueSource(strings = {"after=a&sortBy=tokens", "after=a&offset=0", "after=a&order=DESC"})
        void readsOnAfterSomebodyInTheOrderByIdAlone(String asked) {
            acme.get("/api/users?" + asked)
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid_input"))
                    .body("errors.field", contains("after"));
        }

        @Test
        void namesEveryWrongParameter() {
            acme.admin()
                    .queryParam("tier", " ")
                    .get("/api/users?sortBy=name&order=up&offset=-1")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("sortBy", "order", "offset", "tier"));
        }

        @Test
        void hasNobodyOfAnotherTenant() {
            Organisation.fresh().get("/api/users?sortBy=cost").then().body("data.total", comparesEqualTo(0));
        }
    }
}
