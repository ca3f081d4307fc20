package io.tokentally.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import io.tokentally.testing.Route;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.assertj.core.api.SoftAssertions;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every route of the served document, walked by whoever has no good credential. Which role may call what stands in
 * {@link RoutesTest}, and what a good credential of another tenant sees in {@link NeighbourTest}.
 */
@ApiTest
class StrangerTest {

    /** mp.jwt.verify.clock.skew */
    private static final int SKEW_SECONDS = 30;

    private static final String SECRET_TENANT = "t-secret-tenant";
    private static final String SECRET_SUBJECT = "secret-subject";

    private final Organisation acme = Organisation.fresh();

    /** Could be the id of anything. */
    private static final String ANY_ID = "00000000-0000-4000-8000-000000000000";

    /** Where an empty object is refused before the tenant is looked for. */
    private static final Map<String, String> BODIES =
            Map.of("POST /api/keys", "{\"name\":\"k\",\"roles\":[\"service\"]}");

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private List<Route> routes;

    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    @Inject
    TestClock clock;

    @AfterEach
    void letTheClockGo() {
        clock.reset();
    }

    /** Not earlier: the port is told before each test. */
    @BeforeEach
    void readTheDocument() {
        routes = Route.all();
    }

    private enum Bad {
        GARBAGE(() -> "garbage"),
        THREE_PARTS_OF_GARBAGE(() -> "e30.e30.e30"),
        EMPTY(() -> ""),
        EXPIRED(() -> Organisation.signed(claims(-SKEW_SECONDS - 15))),
        NOT_YET_VALID(() -> {
            JwtClaims claims = claims(600);
            claims.setNotBefore(inSeconds(SKEW_SECONDS + 60));
            return Organisation.signed(claims);
        }),
        WITH_AN_EXPIRY_THAT_IS_NO_TIME(() -> {
            JwtClaims claims = claims(600);
            claims.setStringClaim("exp", "soon");
            return Organisation.signed(claims);
        }),
        WITH_A_HEADER_OF_OTHER_TYPES(() -> encoded("{\"alg\":5,\"kid\":{\"a\":[]}}") + "."
                + encoded(claims(600).toJson()) + ".AAAA"),
        NESTED_WITHOUT_END(() -> encoded("{\"alg\":\"RS256\",\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}")
                + "." + encoded("[".repeat(2_000)) + ".AAAA"),
        WITHOUT_EXPIRY(() -> {
            JwtClaims claims = claims(600);
            claims.unsetClaim("exp");
            return Organisation.signed(claims);
        }),
        OF_ANOTHER_ISSUER(() -> {
            JwtClaims claims = claims(600);
            claims.setIssuer("somebody-else");
            return Organisation.signed(claims);
        }),
        OF_NO_ISSUER(() -> {
            JwtClaims claims = claims(600);
            claims.unsetClaim("iss");
            return Organisation.signed(claims);
        }),
        OF_ANOTHER_KEY(() -> signed(
                claims(600), AlgorithmIdentifiers.RSA_USING_SHA256, newKeys().getPrivate())),
        OF_A_KEY_IT_BRINGS_ALONG(() -> {
            KeyPair own = newKeys();
            return signed(
                    claims(600),
                    AlgorithmIdentifiers.RSA_USING_SHA256,
                    own.getPrivate(),
                    jws -> jws.getHeaders().setJwkHeaderValue("jwk", publicJwk(own)));
        }),
        OF_AN_ALGORITHM_WE_DO_NOT_USE(
                () -> signed(claims(600), AlgorithmIdentifiers.RSA_USING_SHA512, PostgresForTests.signingKey())),
        UNSIGNED(() -> encoded("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "."
                + encoded(claims(600).toJson()) + "."),
        UNSIGNED_WITH_A_SIGNATURE(
                () -> encoded("{\"alg\":\"none\"}") + "." + encoded(claims(600).toJson()) + "."
                        + Organisation.signed(claims(600)).split("\\.")[2]),
        SIGNED_WITH_THE_PUBLIC_KEY_AS_SECRET(() -> signed(
                claims(600),
                AlgorithmIdentifiers.HMAC_SHA256,
                new HmacKey(PostgresForTests.verifyingKey().getEncoded()))),
        SIGNED_WITH_THE_PUBLIC_KEY_FILE_AS_SECRET(() -> signed(
                claims(600),
                AlgorithmIdentifiers.HMAC_SHA256,
                new HmacKey(("-----BEGIN PUBLIC KEY-----\n"
                                + Base64.getMimeEncoder()
                                        .encodeToString(
                                                PostgresForTests.verifyingKey().getEncoded())
                                + "\n-----END PUBLIC KEY-----\n")
                        .getBytes(UTF_8)))),
        CHANGED_AFTER_SIGNING(() -> {
            String[] parts = Organisation.signed(claims(600)).split("\\.");
            JwtClaims more = claims(600);
            more.setStringClaim("tenant", "somebody-else");
            return parts[0] + "." + encoded(more.toJson()) + "." + parts[2];
        }),
        WITHOUT_SIGNATURE(() -> Organisation.signed(claims(600)).replaceFirst("[^.]+$", ""));

        private final Supplier<String> accessToken;

        Bad(Supplier<String> accessToken) {
            this.accessToken = accessToken;
        }
    }

    @Nested
    class Status401 {

        @Test
        void withoutACredential() {
            forEach(routes, route -> assertUnauthorized(send(route, Map.of())));
        }

        @ParameterizedTest
        @EnumSource
        void withABadAccessToken(Bad bad) {
            String accessToken = bad.accessToken.get();

            forEach(routes, route -> assertUnauthorized(send(route, bearer(accessToken))));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"Basic YWRtaW46YWRtaW4=", "Digest username=\"admin\"", "Bearer", "bearer x y", "ApiKey 1"})
        void withAnotherKindOfCredential(String header) {
            forEach(routes, route -> assertUnauthorized(send(route, Map.of("Authorization", header))));
        }

        /** Addresses are written to logs, and cookies are sent by pages of others. */
        @Test
        void withAGoodAccessTokenInTheWrongPlace() {
            String good = Organisation.signed(claims(600));

            var misplaced = Map.of(
                    "Cookie", "Bearer=" + good + "; access_token=" + good,
                    "X-Access-Token", good,
                    "Proxy-Authorization", "Bearer " + good);

            forEach(routes, route -> assertUnauthorized(send(route, "?access_token=" + good, misplaced)));
        }

        @Test
        void withAnApiKeyThatWasRevoked() {
            Response made = key(acme, "");
            acme.admin().delete("/api/keys/" + made.path("data.id")).then().statusCode(204);

            assertNoKey(made.path("data.key"));
        }

        @Test
        void withAnApiKeyThatHasExpired() {
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            String key =
                    key(acme, ",\"expires_at\":\"" + now.plusSeconds(60) + "\"").path("data.key");
            clock.set(now.plusSeconds(60).toString());

            assertNoKey(key);
        }

        /** The tenant stands in it in clear; the secret belongs to the one it was made for. */
        @Test
        void withAnApiKeyThatWasChanged() {
            Organisation other = Organisation.fresh();
            key(other, "");
            String key = key(acme, "").path("data.key");

            assertNoKey(key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0"));
            assertNoKey(key.replace(acme.id(), other.id()));
            assertNoKey(key + "0");
        }

        private void assertNoKey(String key) {
            forEach(routes, route -> assertUnauthorized(send(route, bearer(key))));
        }

        /** A caller nobody knows learns nothing of what the body should be. */
        @Test
        void beforeTheBodyIsRead() {
            Organisation.anonymous()
                    .body("{not json")
                    .post("/api/usage/events")
                    .then()
                    .statusCode(401);
        }
    }

    @Nested
    class Status403 {

        @Test
        void withoutATenant() {
            JwtClaims claims = claims(600);
            claims.unsetClaim("tenant");

            assertNoTenant(claims);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "*",
                    "ACME",
                    "acme ",
                    "a/b",
                    "a'b",
                    "-acme",
                    "é",
                    "%",
                    "0123456789012345678901234567890123456789012345678901234567890123"
                })
        void withATenantThatCanBeNone(String tenant) {
            assertNoTenant(tenant);
        }

        /** A claim of another type is a mistake of the issuer's; it must not become a tenant called "true". */
        @Test
        void withATenantThatIsNotText() {
            for (Object tenant : List.of(true, 5, List.of("acme"), Map.of("id", "acme"))) {
                assertNoTenant(tenant);
            }
        }

        private void assertNoTenant(Object tenant) {
            JwtClaims claims = claims(600);
            claims.setClaim("tenant", tenant);
            assertNoTenant(claims);
        }

        private void assertNoTenant(JwtClaims claims) {
            String accessToken = Organisation.signed(claims);

            forEach(ofTenants(), route -> assertProblem(send(route, bearer(accessToken)), 403, "no_tenant"));
        }

        @Test
        void ofATenantThatIsSuspended() {
            String key = key(acme, "").path("data.key");
            suspend();

            assertRefused("tenant_suspended");
            forEach(ofTenants(), route -> assertProblem(send(route, bearer(key)), 403, "tenant_suspended"));
        }

        @Test
        void ofATenantThatIsGone() {
            String key = key(acme, "").path("data.key");
            suspend();
            Organisation.operator()
                    .delete("/api/tenants/" + acme.id() + "?without_export=true")
                    .then()
                    .statusCode(200);

            assertRefused("unknown_tenant");
            forEach(ofTenants(), route -> assertUnauthorized(send(route, bearer(key))));
        }

        private void suspend() {
            Organisation.operator()
                    .post("/api/tenants/" + acme.id() + "/suspension")
                    .then()
                    .statusCode(200);
        }

        private void assertRefused(String code) {
            String accessToken = Organisation.accessToken(acme.id(), SECRET_SUBJECT, "admin", "service", "member");

            forEach(ofTenants(), route -> assertProblem(send(route, bearer(accessToken)), 403, code));
        }

        /** Some of these make the verifier's library throw what it should not. */
        @Test
        void withRolesOfAnotherForm() {
            for (Object groups : List.of(
                    Map.of("admin", true), List.of("admin", 5), List.of(List.of("admin")), List.of(), 5, true, "")) {
                JwtClaims claims = claims(600);
                claims.setClaim("groups", groups);
                String accessToken = Organisation.signed(claims);
                assertProblem(send(routes.getFirst(), bearer(accessToken)), 403, "forbidden");
            }
        }

        @Test
        void withARoleThatComesByAnotherClaim() {
            JwtClaims claims = claims(600);
            claims.setStringListClaim("groups", "x");
            claims.setStringListClaim("roles", "admin");
            String accessToken = Organisation.signed(claims);

            forEach(routes, route -> assertProblem(send(route, bearer(accessToken)), 403, "forbidden"));
        }

        private List<Route> ofTenants() {
            return routes.stream()
                    .filter(Route::isOfATenant)
                    // who belongs to no tenant may ask who they are
                    .filter(route -> !route.toString().equals("GET /api/caller"))
                    .toList();
        }

        @ParameterizedTest
        @ValueSource(strings = {"superuser", "Admin", "admin ", "admin,service", "*", "**", "platform_admin", "role"})
        void withARoleNobodyKnows(String role) {
            String accessToken = Organisation.accessToken(acme.id(), SECRET_SUBJECT, role);

            forEach(routes, route -> assertProblem(send(route, bearer(accessToken)), 403, "forbidden"));
        }

        @Test
        void withoutAnyRole() {
            String accessToken = Organisation.accessToken(acme.id(), SECRET_SUBJECT);

            forEach(routes, route -> assertProblem(send(route, bearer(accessToken)), 403, "forbidden"));
        }
    }

    @Nested
    class TheClock {

        @Test
        void mayBeALittleLate() {
            bearing(Organisation.signed(claims(-SKEW_SECONDS + 15)))
                    .get("/api/usage/stats")
                    .then()
                    .statusCode(200);
        }

        @Test
        void mayBeALittleEarly() {
            JwtClaims claims = claims(600);
            claims.setNotBefore(inSeconds(SKEW_SECONDS - 15));

            bearing(Organisation.signed(claims)).get("/api/usage/stats").then().statusCode(200);
        }
    }

    @Nested
    class TheTenant {

        @Test
        void comesFromTheCredentialAndFromNowhereElse() {
            Organisation other = Organisation.fresh();
            other.record("{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");

            acme.admin()
                    .header("tenant", other.id())
                    .header("X-Tenant", other.id())
                    .header("X-Tenant-Id", other.id())
                    .cookie("tenant", other.id())
                    .get("/api/usage/stats")
                    .then()
                    .statusCode(200)
                    .body("data.overall.total_api_calls", comparesEqualTo(0));
        }

        @ParameterizedTest
        @ValueSource(strings = {"tenant", "tenant_id", "tenantId"})
        void isInNoQuery(String name) {
            acme.admin()
                    .queryParam(name, Organisation.fresh().id())
                    .get("/api/usage/stats")
                    .then()
                    .statusCode(400)
                    .body("errors[0].field", equalTo(name));
        }

        @ParameterizedTest
        @ValueSource(strings = {"tenant", "tenant_id", "tenantId"})
        void isNoMemberOfAnyBody(String member) {
            Organisation other = Organisation.fresh();
            String event = "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"" + member + "\":\""
                    + other.id() + "\"}";

            acme.tryToRecord(event).then().statusCode(400).body("errors[0].field", equalTo(member));
            acme.admin()
                    .body("{\"" + member + "\":\"" + other.id() + "\"}")
                    .put("/api/users/1")
                    .then()
                    .statusCode(400);
        }
    }

    /** All of them, so that one wrong route does not hide another. */
    private static void forEach(List<Route> routes, Consumer<Route> assertion) {
        var softly = new SoftAssertions();
        routes.forEach(route -> softly.check(() -> {
            try {
                assertion.accept(route);
            } catch (AssertionError wrong) {
                throw new AssertionError(route + ": " + wrong.getMessage(), wrong);
            }
        }));
        softly.assertAll();
    }

    private HttpResponse<String> send(Route route, Map<String, String> headers) {
        return send(route, "", headers);
    }

    /** Without the comforts of the other tests, which would cost more than the thousand requests. */
    private HttpResponse<String> send(Route route, String query, Map<String, String> headers) {
        var address = URI.create("http://127.0.0.1:" + port + route.pathWith(place -> ANY_ID) + query);
        var request = HttpRequest.newBuilder(address).header("Content-Type", "application/json");
        headers.forEach(request::header);
        String body = BODIES.getOrDefault(route.toString(), "{}");
        try {
            return CLIENT.send(
                    request.method(
                                    route.method(),
                                    route.hasBody() ? BodyPublishers.ofString(body) : BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(route.toString(), failure);
        }
    }

    private static Map<String, String> bearer(String credential) {
        return Map.of("Authorization", "Bearer " + credential);
    }

    private static void assertUnauthorized(HttpResponse<String> response) {
        assertProblem(response, 401, "unauthorized");
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"code\":\"" + code + "\"", "\"status\":" + status, "\"success\":false");
        assertThat(response.body() + response.headers())
                .doesNotContain(
                        SECRET_TENANT, SECRET_SUBJECT, "Exception", "io.tokentally", "jose4j", "expired", "issuer");
    }

    /** A key with all the roles that a key of nobody in particular can have. */
    private static Response key(Organisation tenant, String more) {
        Response made = tenant.as(SECRET_SUBJECT, "admin", "service")
                .body("{\"name\":\"k\",\"roles\":[\"admin\",\"service\"]" + more + "}")
                .post("/api/keys");
        made.then().statusCode(201);
        return made;
    }

    private static RequestSpecification bearing(String accessToken) {
        return Organisation.anonymous().header("Authorization", "Bearer " + accessToken);
    }

    /** Good in every respect, with every role: what a test changes is the only thing wrong. */
    private static JwtClaims claims(int secondsToLive) {
        return Organisation.claims(
                SECRET_TENANT,
                SECRET_SUBJECT,
                Instant.now().plusSeconds(secondsToLive),
                "admin",
                "service",
                "member",
                "platform-admin");
    }

    private static NumericDate inSeconds(int seconds) {
        return NumericDate.fromSeconds(Instant.now().getEpochSecond() + seconds);
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }

    private static String signed(JwtClaims claims, String algorithm, Key key) {
        return signed(claims, algorithm, key, jws -> {});
    }

    private static String signed(JwtClaims claims, String algorithm, Key key, Consumer<JsonWebSignature> header) {
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKey(key);
        signature.setPayload(claims.toJson());
        header.accept(signature);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static JsonWebKey publicJwk(KeyPair keys) {
        try {
            return PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic());
        } catch (JoseException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static KeyPair newKeys() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
