package io.tokentally.tenancy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.comparesEqualTo;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.PostgresForTests;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in. Each bad credential is tried on one route of each kind. */
@ApiTest
class CredentialsTest {

    /** mp.jwt.verify.clock.skew */
    private static final int SKEW_SECONDS = 30;

    private static final String SECRET_TENANT = "t-secret-tenant";
    private static final String SECRET_SUBJECT = "secret-subject";

    private final Organisation acme = Organisation.fresh();

    private enum Route {
        READ("GET", "/api/usage/stats", null),
        FILE("GET", "/api/usage/export", null),
        SELF("GET", "/api/usage/user/" + SECRET_SUBJECT, null),
        CHECK("POST", "/api/usage/check", "{}"),
        RECORD("POST", "/api/usage/events", "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}"),
        MANAGE("PUT", "/api/users/1", "{}"),
        PLATFORM("POST", "/api/tenants", "{\"id\":\"never-made\"}");

        private final String method;
        private final String path;
        private final String body;

        Route(String method, String path, String body) {
            this.method = method;
            this.path = path;
            this.body = body;
        }

        Response send(RequestSpecification caller) {
            return (body == null ? caller : caller.body(body)).request(method, path);
        }

        boolean isOfATenant() {
            return this != PLATFORM;
        }
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

        @ParameterizedTest
        @EnumSource
        void withoutACredential(Route route) {
            assertUnauthorized(route.send(Organisation.anonymous()));
        }

        @ParameterizedTest
        @EnumSource
        void withABadAccessToken(Bad bad) {
            for (Route route : Route.values()) {
                assertUnauthorized(route.send(bearing(bad.accessToken.get())));
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"Basic YWRtaW46YWRtaW4=", "Digest username=\"admin\"", "Bearer", "bearer x y", "ApiKey 1"})
        void withAnotherKindOfCredential(String header) {
            for (Route route : Route.values()) {
                assertUnauthorized(route.send(Organisation.anonymous().header("Authorization", header)));
            }
        }

        /** Addresses are written to logs, and cookies are sent by pages of others. */
        @ParameterizedTest
        @EnumSource
        void withAGoodAccessTokenInTheWrongPlace(Route route) {
            String good = Organisation.signed(claims(600));

            assertUnauthorized(route.send(Organisation.anonymous()
                    .queryParam("access_token", good)
                    .cookie("Bearer", good)
                    .cookie("access_token", good)
                    .header("X-Access-Token", good)));
        }

        /** A caller nobody knows learns nothing of what the body should be. */
        @Test
        void beforeTheBodyIsRead() {
            assertUnauthorized(Organisation.anonymous().body("{not json").post("/api/usage/events"));
        }
    }

    @Nested
    class Status403 {

        @ParameterizedTest
        @EnumSource
        void withoutATenant(Route route) {
            JwtClaims claims = claims(600);
            claims.unsetClaim("tenant");

            if (route.isOfATenant()) {
                assertProblem(route.send(bearing(Organisation.signed(claims))), 403, "no_tenant");
            }
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
            for (Route route : Route.values()) {
                if (route.isOfATenant()) {
                    assertProblem(route.send(bearing(Organisation.signed(claims))), 403, "no_tenant");
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"superuser", "Admin", "admin ", "admin,service", "*", "**", "platform_admin", "role"})
        void withARoleNobodyKnows(String role) {
            for (Route route : Route.values()) {
                assertProblem(route.send(acme.as(SECRET_SUBJECT, role)), 403, "forbidden");
            }
        }

        /** Some of these make the verifier's library throw what it should not. */
        @Test
        void withRolesOfAnotherForm() {
            for (Object groups : List.of(
                    Map.of("admin", true), List.of("admin", 5), List.of(List.of("admin")), List.of(), 5, true, "")) {
                JwtClaims claims = claims(600);
                claims.setClaim("groups", groups);
                assertProblem(Route.READ.send(bearing(Organisation.signed(claims))), 403, "forbidden");
            }
        }

        @Test
        void withARoleThatComesByAnotherClaim() {
            JwtClaims claims = claims(600);
            claims.setStringListClaim("groups", "x");
            claims.setStringListClaim("roles", "admin");
            assertProblem(Route.READ.send(bearing(Organisation.signed(claims))), 403, "forbidden");
        }

        @ParameterizedTest
        @EnumSource
        void withoutAnyRole(Route route) {
            assertProblem(route.send(acme.as(SECRET_SUBJECT)), 403, "forbidden");
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
                    .queryParam("tenant", other.id())
                    .queryParam("tenant_id", other.id())
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

    private static void assertUnauthorized(Response response) {
        assertProblem(response, 401, "unauthorized");
        assertThat(response.header("WWW-Authenticate")).isEqualTo("Bearer");
    }

    private static void assertProblem(Response response, int status, String code) {
        response.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("code", equalTo(code))
                .body("status", equalTo(status))
                .body("success", equalTo(false));
        assertThat(response.asString() + response.headers())
                .doesNotContain(
                        SECRET_TENANT, SECRET_SUBJECT, "Exception", "io.tokentally", "jose4j", "expired", "issuer");
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
