package io.tokentally.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.SignInProvider;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ApiTest
class SignInTest {

    private static final Instant UNTIL = Instant.parse("2026-11-22T12:15:00Z");

    private final Organisation acme = Organisation.fresh();
    private final SignIns signIns = new SignIns(PostgresForTests.signIns());

    @Inject
    TestClock clock;

    @Inject
    EndedSignIns endedSignIns;

    @AfterEach
    void letTheClockGo() {
        clock.reset();
    }

    private String link(Optional<UserId> user, String role, Instant until) throws IOException {
        String bearer = user.map(UserId::value).orElse(role + "@" + acme.id());
        return linkOf(Optional.of(new TenantId(acme.id())), user, role, bearer, until);
    }

    private String linkOf(Optional<TenantId> tenant, Optional<UserId> user, String role, String bearer, Instant until)
            throws IOException {
        String code = SignIns.newCode();
        String accessToken = Organisation.accessToken(acme.id(), bearer, role);
        var signIn = new SignIn(
                accessToken, tenant, user, List.of(role), bearer, Instant.parse("2026-11-23T00:00:00Z"), until);
        Files.writeString(signIns.file(code), signIn.toJson());
        return code;
    }

    private String link() throws IOException {
        return link(Optional.empty(), "admin", Instant.now().plusSeconds(900));
    }

    private static Response open(String code) {
        return Organisation.anonymous().body("{\"code\":\"" + code + "\"}").post("/api/sign-in");
    }

    private static void assertEnded(Response response) {
        response.then()
                .statusCode(410)
                .contentType(startsWith("application/problem+json"))
                .body("code", equalTo("sign_in_ended"))
                .body("detail", containsString("./tokentally link"));
    }

    @Nested
    class ALink {

        @Test
        void givesTheAccessToken() throws IOException {
            Response response = open(link());

            response.then()
                    .statusCode(200)
                    .body("success", equalTo(true))
                    .body("data.expires_at", equalTo("2026-11-23T00:00:00Z"));
            assertThat(response.header("Cache-Control")).isEqualTo("no-store");
            Organisation.bearing(response.path("data.token"))
                    .get("/api/usage/stats")
                    .then()
                    .statusCode(200);
        }

        @Test
        void isGoodOnce() throws IOException {
            String code = link();
            open(code).then().statusCode(200);

            assertEnded(open(code));
            assertThat(signIns.file(code)).doesNotExist();
        }

        @Test
        void isOnlyOnesWhenManyOpenItAtOnce() throws Exception {
            String code = link();
            var together = new CyclicBarrier(8);
            Callable<Integer> one = () -> {
                together.await();
                return open(code).statusCode();
            };

            List<Future<Integer>> answers;
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                answers = callers.invokeAll(Stream.generate(() -> one).limit(8).toList());
            }

            assertThat(answers.stream().map(Future::resultNow).sorted())
                    .containsExactly(200, 410, 410, 410, 410, 410, 410, 410);
        }

        @Test
        void endsAtItsEndAndNotBefore() throws IOException {
            String inTime = link(Optional.empty(), "admin", UNTIL);
            String late = link(Optional.empty(), "admin", UNTIL);

            clock.set(UNTIL.minusMillis(1).toString());
            open(inTime).then().statusCode(200);
            clock.set(UNTIL.toString());
            assertEnded(open(late));
        }

        @Test
        void goesWhenItHasEndedAlsoIfNobodyOpensIt() throws IOException {
            Path ended =
                    signIns.file(link(Optional.empty(), "admin", Instant.now().minusSeconds(1)));

            open("unknown");

            assertThat(ended).doesNotExist();
        }

        @Test
        void goesWhenItHasEndedAlsoIfNobodySignsIn() throws IOException {
            Path ended = signIns.file(link(Optional.empty(), "admin", UNTIL));
            clock.set(UNTIL.toString());

            endedSignIns.remove();

            assertThat(ended).doesNotExist();
        }

        @Test
        void isGoodAlsoBesideAFileThatCannotBeReadOrRemoved() throws IOException {
            Path folder = PostgresForTests.signIns().resolve("0".repeat(64));
            Path within = Files.createDirectories(folder.resolve("x"));
            Files.setLastModifiedTime(folder, FileTime.from(Instant.EPOCH));
            try {
                open(link()).then().statusCode(200);
                assertEnded(open("unknown"));
            } finally {
                Files.delete(within);
                Files.delete(folder);
            }
        }

        @Test
        void isGoodAlsoWhileABadCredentialIsSentAlong() throws IOException {
            String code = link();
            Response response = Organisation.bearing("garbage")
                    .body("{\"code\":\"" + code + "\"}")
                    .post("/api/sign-in");

            response.then().statusCode(401);
            open(code).then().statusCode(200);
        }
    }

    @Nested
    class ACode {

        @ParameterizedTest
        @ValueSource(
                strings = {"unknown", "../keys/signing-keys.json", "%00", "0000000000000000000000000000000000000000000"
                })
        void thatIsUnknownIsNotEchoed(String code) {
            Response response = open(code);

            assertEnded(response);
            assertThat(response.asString()).doesNotContain(code);
        }

        @ParameterizedTest
        @ValueSource(strings = {"{}", "{\"code\":null}", "{\"code\":5}", "{\"code\":\"\"}", "{\"code\":[\"x\"]}"})
        void isNeeded(String body) {
            Organisation.anonymous()
                    .body(body)
                    .post("/api/sign-in")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid_input"))
                    .body("errors.field", contains("code"));
        }

        @Test
        void comesAlone() {
            Organisation.anonymous()
                    .body("{\"token\":\"x\",\"code\":\"" + "x".repeat(201) + "\"}")
                    .post("/api/sign-in?a=b")
                    .then()
                    .statusCode(400);
            Organisation.anonymous()
                    .body("{\"token\":\"x\",\"code\":\"" + "x".repeat(201) + "\"}")
                    .post("/api/sign-in")
                    .then()
                    .statusCode(400)
                    .body("errors.field", containsInAnyOrder("code", "token"));
        }
    }

    @Nested
    class TheAuditLog {

        @Test
        void saysWhoCameInByALink() throws IOException {
            acme.putUser("ann", "{}");
            open(link()).then().statusCode(200);
            String used =
                    link(Optional.of(new UserId("ann")), "member", Instant.now().plusSeconds(900));
            open(used).then().statusCode(200);
            open(used).then().statusCode(410);

            Response audit = acme.get("/api/audit?action=link.used");
            audit.then()
                    .body("data.entries.actor", contains("token", "token:admin@" + acme.id()))
                    .body("data.entries.actor_id", contains("ann", null))
                    .body("data.entries.from", contains("127.0.0.1", "127.0.0.1"))
                    .body(
                            "data.entries.details",
                            contains(Map.of("roles", List.of("member")), Map.of("roles", List.of("admin"))));
            assertThat(audit.asString()).doesNotContain(used);
        }

        /** Own-key tenants are made at their first write, and this is none. */
        @Test
        void isNotBegunForATenantThatIsNotThereYet() throws IOException {
            open(link()).then().statusCode(200);

            Organisation.operator().get("/api/tenants/" + acme.id()).then().statusCode(404);
            acme.get("/api/audit").then().body("data.entries", hasSize(0));
            inThePlatforms("it.subject == '" + acme.id() + "'")
                    .body("actor", equalTo("token:admin@" + acme.id()))
                    .body("actor_id", nullValue())
                    .body("from", equalTo("127.0.0.1"))
                    .body("details", equalTo(Map.of("roles", List.of("admin"))));
        }

        @Test
        void namesNoPersonOfATenantThatIsNotThereYet() throws IOException {
            open(link(Optional.of(new UserId("ann")), "member", Instant.now().plusSeconds(900)));

            inThePlatforms("it.subject == '" + acme.id() + "'")
                    .body("actor", equalTo("token"))
                    .body("actor_id", nullValue());
        }

        @Test
        void saysInThePlatformsWhatASuspendedTenantCannotHave() throws IOException {
            acme.putUser("ann", "{}");
            Organisation.operator()
                    .post("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(200);
            open(link()).then().statusCode(200);

            inThePlatforms("it.subject == '" + acme.id() + "'").body("actor", equalTo("token:admin@" + acme.id()));
        }

        @Test
        void saysWhichOperatorCameIn() throws IOException {
            String name = "operator-of-" + acme.id();
            open(linkOf(
                            Optional.empty(),
                            Optional.empty(),
                            "platform-admin",
                            name,
                            Instant.now().plusSeconds(900)))
                    .then()
                    .statusCode(200);

            inThePlatforms("it.actor == 'token:" + name + "'")
                    .body("subject", nullValue())
                    .body("from", equalTo("127.0.0.1"))
                    .body("details", equalTo(Map.of("roles", List.of("platform-admin"))));
        }

        private ValidatableResponse inThePlatforms(String which) {
            return Organisation.operator()
                    .get("/api/platform/audit?limit=1000&action=link.used")
                    .then()
                    .statusCode(200)
                    .body("data.entries.findAll { " + which + " }", hasSize(1))
                    .rootPath("data.entries.find { " + which + " }");
        }
    }

    @Test
    void theWaysInAreToldToEverybody() {
        Organisation.anonymous()
                .get("/api/sign-in")
                .then()
                .statusCode(200)
                .body("success", equalTo(true))
                .body("data.own_tokens", equalTo(true))
                .body("data.link", equalTo(true))
                .body("data.identity_provider.issuer", equalTo(SignInProvider.issuer()))
                .body("data.identity_provider.client_id", equalTo(SignInProvider.CLIENT))
                .body("data.identity_provider.scope", equalTo("openid profile"));
    }
}
