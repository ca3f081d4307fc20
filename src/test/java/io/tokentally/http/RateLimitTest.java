package io.tokentally.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Principal;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock stands still, so nothing comes back by itself. */
@ApiTest
class RateLimitTest {

    private static final int OF_A_MEMBER = 300;

    private final Organisation acme = Organisation.fresh();
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Inject
    TestClock clock;

    @Inject
    RateLimits limits;

    @BeforeEach
    void stopTheClock() {
        clock.set(start.toString());
    }

    @AfterEach
    void letTheClockGo() {
        clock.reset();
    }

    @Test
    void countsDownOnEveryAnswer() {
        assertLeft(acme.member("1").get("/api/usage/user/1"), 404, "\"minute\";r=299;t=1");
        assertLeft(acme.member("1").get("/api/usage/stats"), 403, "\"minute\";r=298;t=1");
        assertLeft(acme.member("1").body("{").post("/api/usage/check"), 400, "\"minute\";r=297;t=1");
        assertLeft(acme.member("1").body("{}").post("/api/usage/check"), 200, "\"minute\";r=296;t=1");
    }

    @Test
    void refusesWhoeverHasUsedUpTheMinute() {
        useUp("member-1");

        Response refused = ask("member-1");

        refused.then()
                .statusCode(429)
                .contentType(Problem.MEDIA_TYPE)
                .body("code", equalTo("rate_limited"))
                .body("success", equalTo(false))
                .header("Retry-After", "1");
        assertLeft(refused, 429, "\"minute\";r=0;t=60");
    }

    /** A body that is no JSON would be 400. */
    @Test
    void refusesBeforeTheBodyIsRead() {
        useUp("member-1");

        assertThat(acme.member("member-1").body("{").post("/api/usage/check").statusCode())
                .isEqualTo(429);
    }

    @Test
    void knowsCredentialsAndTenantsApart() {
        useUp("member-1");

        assertThat(ask("member-2").statusCode()).isEqualTo(404);
        assertThat(Organisation.fresh()
                        .member("member-1")
                        .get("/api/usage/user/member-1")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void givesBackEvenly() {
        useUp("member-1");
        clock.set(start.plusMillis(200).toString());

        assertThat(ask("member-1").statusCode()).isEqualTo(404);
        assertThat(ask("member-1").statusCode()).isEqualTo(429);
        clock.set(start.plusSeconds(60).plusMillis(200).toString());
        assertLeft(ask("member-1"), 404, "\"minute\";r=299;t=1");
    }

    @Test
    void leavesBackendsAlone() {
        assertThat(acme.check("1").headers().hasHeaderWithName("RateLimit")).isFalse();
        assertThat(acme.as("1", "member", "service")
                        .get("/api/usage/user/1")
                        .headers()
                        .hasHeaderWithName("RateLimit"))
                .isFalse();
    }

    @Test
    void countsTheMostGenerousOfSeveralRoles() {
        assertThat(acme.as("1", "member", "admin").get("/api/usage/stats").header("RateLimit-Policy"))
                .isEqualTo("\"minute\";q=1200;w=60");
    }

    @Test
    void tellsStrangersNothing() {
        assertThat(Organisation.anonymous().get("/api/usage/stats").headers().hasHeaderWithName("RateLimit"))
                .isFalse();
    }

    private Response ask(String user) {
        return acme.member(user).get("/api/usage/user/" + user);
    }

    /** Inside the service, which is quicker than three hundred requests; the first comes over HTTP and names the bucket. */
    private void useUp(String user) {
        assertLeft(ask(user), 404, "\"minute\";r=299;t=1");
        var principal = new Principal(
                Optional.of(new TenantId(acme.id())), Optional.empty(), Set.of("member"), null, "token:" + user);
        for (int left = OF_A_MEMBER - 1; left > 0; left--) {
            assertThat(limits.take(principal).orElseThrow().isGranted()).isTrue();
        }
    }

    private static void assertLeft(Response response, int status, String left) {
        response.then()
                .statusCode(status)
                .header("RateLimit-Policy", "\"minute\";q=300;w=60")
                .header("RateLimit", left);
    }
}
