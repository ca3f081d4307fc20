package io.tokentally.testing;

import static io.restassured.RestAssured.given;

import io.restassured.config.JsonConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.path.json.config.JsonPathConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** A tenant that acts over HTTP with real access tokens. Each test takes a fresh one, so tests do not see each other. */
public record Organisation(String id) {

    private static final RestAssuredConfig EXACT_NUMBERS = RestAssuredConfig.config()
            .jsonConfig(JsonConfig.jsonConfig().numberReturnType(JsonPathConfig.NumberReturnType.BIG_DECIMAL));

    public static Organisation fresh() {
        return new Organisation("t-" + UUID.randomUUID());
    }

    /** One whose days and months begin in {@code zone}. */
    public static Organisation freshIn(String zone) {
        Organisation made = fresh();
        operator()
                .body("{\"id\":\"" + made.id + "\",\"zone\":\"" + zone + "\"}")
                .post("/api/tenants")
                .then()
                .statusCode(201);
        return made;
    }

    public RequestSpecification admin() {
        return as("admin-1", "admin");
    }

    public RequestSpecification service() {
        return as("backend", "service");
    }

    public RequestSpecification member(String user) {
        return as(user, "member");
    }

    public RequestSpecification as(String subject, String... roles) {
        return anonymous().auth().oauth2(accessToken(id, subject, roles));
    }

    /** Who operates the installation and belongs to no tenant. */
    public static RequestSpecification operator() {
        return anonymous().auth().oauth2(accessToken(null, "operator", "platform-admin"));
    }

    /** Whoever holds this API key. */
    public static RequestSpecification bearing(String key) {
        return anonymous().auth().oauth2(key);
    }

    public static RequestSpecification anonymous() {
        return given().config(EXACT_NUMBERS).contentType(ContentType.JSON);
    }

    /** Records one event and expects it to be recorded. */
    public Response record(String event) {
        Response response = service().body(event).post("/api/usage/events");
        response.then().statusCode(201);
        return response;
    }

    public Response tryToRecord(String event) {
        return service().body(event).post("/api/usage/events");
    }

    public Response check(String userId) {
        return service().body("{\"user_id\":" + userId + "}").post("/api/usage/check");
    }

    public void putUser(String userId, String change) {
        admin().body(change).put("/api/users/" + userId).then().statusCode(200);
    }

    public Response get(String path) {
        return admin().get(path);
    }

    public static String accessToken(String tenant, String subject, String... roles) {
        return signed(claims(tenant, subject, Instant.now().plus(Duration.ofMinutes(10)), roles));
    }

    public static JwtClaims claims(String tenant, String subject, Instant expiresAt, String... roles) {
        var claims = new JwtClaims();
        claims.setIssuer("tokentally");
        claims.setSubject(subject);
        claims.setIssuedAt(NumericDate.fromSeconds(expiresAt.getEpochSecond() - 3600));
        claims.setExpirationTime(NumericDate.fromSeconds(expiresAt.getEpochSecond()));
        claims.setGeneratedJwtId();
        claims.setStringListClaim("groups", List.of(roles));
        if (tenant != null) {
            claims.setStringClaim("tenant", tenant);
        }
        return claims;
    }

    public static String signed(JwtClaims claims) {
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setKey(PostgresForTests.signingKey());
        signature.setPayload(claims.toJson());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
