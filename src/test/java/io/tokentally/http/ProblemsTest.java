package io.tokentally.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request, the answer is a problem document with a stable code. */
@ApiTest
class ProblemsTest {

    private static final int MOST_BYTES = 16 * 1024 * 1024;
    private static final int FEW_BYTES = 1024 * 1024;
    private static final String MEBIBYTE = "100000\r\n" + " ".repeat(1 << 20) + "\r\n";

    private final Organisation acme = Organisation.fresh();

    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    @Nested
    class Status400 {

        @ParameterizedTest
        @ValueSource(
                strings = {"{not json", "", "{\"a\":1}{\"b\":2}", "{\"a\":1,\"a\":2}", "nothing", "[", "{\"a\":\"\\u\"}"
                })
        void forWhatIsNotJson(String body) {
            for (String route : List.of("POST /api/usage/events", "PUT /api/users/1", "POST /api/usage/check")) {
                if (body.isEmpty() && route.endsWith("check")) {
                    continue; // asks about the tenant alone
                }
                String[] parts = route.split(" ");
                assertProblem(acme.admin().body(body).request(parts[0], parts[1]), 400, "invalid_input");
            }
        }

        @Test
        void namesTheWrongMember() {
            acme.as("operator", "platform-admin")
                    .body("{\"id\": []}")
                    .post("/api/tenants")
                    .then()
                    .statusCode(400)
                    .body("errors[0].field", equalTo("id"));
            acme.as("operator", "platform-admin")
                    .body("{\"nmae\": \"x\"}")
                    .post("/api/tenants")
                    .then()
                    .statusCode(400)
                    .body("errors.field", hasItem("nmae"));
        }

        /** A nesting that would exhaust the stack of a reader is refused by the reader. */
        @Test
        void forJsonNestedTooDeep() {
            assertProblem(acme.tryToRecord("[".repeat(100_000)), 400, "invalid_input");
        }
    }

    @Nested
    class Status404 {

        @Test
        void isTheSameByteForByte() {
            acme.record("{\"user_id\":\"known\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");
            Organisation other = Organisation.fresh();

            byte[] noRoute = acme.get("/api/nothing").asByteArray();
            byte[] noUser = acme.get("/api/usage/user/nobody").asByteArray();
            byte[] noSuchUser = acme.get("/api/users/nobody").asByteArray();
            byte[] anotherUser = acme.member("me").get("/api/usage/user/known").asByteArray();
            byte[] anotherTenantsUser = other.get("/api/usage/user/known").asByteArray();

            assertThat(List.of(noUser, noSuchUser, anotherUser, anotherTenantsUser))
                    .allSatisfy(body -> assertThat(body).isEqualTo(noRoute));
        }

        /** Headers too: a length, a date and an id, and nothing that tells one from the other. */
        @Test
        void hasTheSameHeaders() {
            acme.record("{\"user_id\":\"known\",\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}");

            assertThat(headerNames(acme.member("me").get("/api/usage/user/known")))
                    .isEqualTo(headerNames(acme.member("me").get("/api/usage/user/nobody")))
                    .isEqualTo(headerNames(acme.admin().get("/api/usage/user/nobody")));
        }

        private List<String> headerNames(Response response) {
            assertProblem(response, 404, "not_found");
            return response.headers().asList().stream()
                    .map(header -> header.getName())
                    .sorted()
                    .toList();
        }
    }

    @Nested
    class Status405 {

        @ParameterizedTest
        @CsvSource({
            "DELETE, /api/usage/stats",
            "POST, /api/usage/stats",
            "PATCH, /api/users/1",
            "GET, /api/usage/events"
        })
        void forAnUnknownMethod(String method, String path) {
            assertProblem(acme.admin().request(method, path), 405, "method_not_allowed");
        }

        /** Quarkus does not tell a 405 which methods there are; it does answer who asks. */
        @Test
        void andTheKnownOnesAreAnsweredToWhoAsks() {
            assertThat(acme.admin().options("/api/users/1").header("Allow")).contains("GET", "PUT");
        }
    }

    @Nested
    class Status406 {

        @Test
        void forAMediaTypeTheRouteDoesNotWrite() {
            assertProblem(acme.admin().accept("image/png").get("/api/usage/export"), 406, "not_acceptable");
        }
    }

    @Nested
    class Status415 {

        @ParameterizedTest
        @ValueSource(strings = {"text/plain", "application/xml", "text/csv", "multipart/form-data; boundary=x"})
        void forAnotherContentType(String type) {
            assertProblem(
                    acme.admin()
                            .contentType(type)
                            .body("{}".getBytes(StandardCharsets.UTF_8))
                            .post("/api/usage/events"),
                    415,
                    "unsupported_media_type");
        }
    }

    @Nested
    class Status413 {

        @Test
        void forABodyThatAnnouncesItselfAsTooLarge() {
            String answer = new Wire(port)
                    .send("POST /api/usage/events HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + (MOST_BYTES + 1) + "\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 413")
                    .containsIgnoringCase("content-type: application/problem+json")
                    .containsIgnoringCase("x-request-id: mine")
                    .contains("\"code\":\"too_large\"", "\"success\":false");
        }

        @ParameterizedTest
        @ValueSource(strings = {"application/json", "application/x-ndjson"})
        void forABodyThatTurnsOutTooLarge(String type) {
            String head = "POST /api/usage/events HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\n"
                    + "Authorization: Bearer " + Organisation.accessToken(acme.id(), "backend", "service")
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n";
            String answer = new Wire(port).send(head + MEBIBYTE.repeat(17) + "0\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 413")
                    .containsIgnoringCase("content-type: application/problem+json")
                    .contains("\"code\":\"too_large\"", "\"success\":false");
        }

        @Test
        void forMoreThanOneMebibyteOnAnyOtherRoute() {
            String announced = new Wire(port).send(put() + "Content-Length: " + (FEW_BYTES + 1) + "\r\n\r\n");
            String chunked = new Wire(port)
                    .send(put() + "Transfer-Encoding: chunked\r\n\r\n" + MEBIBYTE.repeat(2) + "0\r\n\r\n");

            assertThat(List.of(announced, chunked))
                    .allSatisfy(answer -> assertThat(answer)
                            .startsWith("HTTP/1.1 413")
                            .containsIgnoringCase("content-type: application/problem+json")
                            .contains("\"code\":\"too_large\""));
        }

        @Test
        void notForAMebibyte() {
            String body = "{}" + " ".repeat(FEW_BYTES - 2);
            String chunked = Integer.toHexString(FEW_BYTES) + "\r\n" + body + "\r\n0\r\n\r\n";

            acme.admin().body(body).put("/api/users/1").then().statusCode(200);
            assertThat(new Wire(port).send(put() + "Transfer-Encoding: chunked\r\n\r\n" + chunked))
                    .startsWith("HTTP/1.1 200");
        }

        private String put() {
            return "PUT /api/users/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                    + Organisation.accessToken(acme.id(), "admin", "admin") + "\r\n";
        }

        @Test
        void notForTheLargestBodyThereIs() {
            String event = "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1}";

            acme.tryToRecord(event + " ".repeat(MOST_BYTES - event.length()))
                    .then()
                    .statusCode(201);
        }

        @Test
        void forMoreThanTenThousandEvents() {
            assertProblem(acme.tryToRecord("[" + "{},".repeat(10_000) + "{}]"), 413, "too_large");
        }
    }

    @Nested
    class RequestId {

        @ParameterizedTest
        @ValueSource(strings = {"a", "7f3c-1", "trace:1.2_3", "0123456789012345678901234567890123456789"})
        void isTheCallersOwnWhenUsable(String id) {
            acme.admin()
                    .header("X-Request-Id", id)
                    .get("/api/usage/stats")
                    .then()
                    .header("X-Request-Id", id);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a b", "<script>", "a,b", "\"quoted\"", "a/b", "${jndi}"})
        void isReplacedWhenNot(String id) {
            assertOwnId(acme.admin().header("X-Request-Id", id).get("/api/usage/stats"), id);
        }

        @Test
        void isReplacedWhenLongerThan128() {
            String id = "x".repeat(129);

            assertOwnId(acme.admin().header("X-Request-Id", id).get("/api/usage/stats"), id);
        }

        @Test
        void isOnEveryAnswer() {
            List<Response> answers = List.of(
                    acme.get("/api/usage/export"),
                    acme.get("/api/usage/export/summary"),
                    acme.get("/api/nothing"),
                    acme.get("/api/usage/user/nobody"),
                    acme.get("/api/usage/daily?days=x"),
                    acme.admin().delete("/api/usage/stats"),
                    acme.member("1").get("/api/usage/stats"),
                    Organisation.anonymous().get("/api/usage/stats"),
                    acme.tryToRecord("{not json"));

            assertThat(answers)
                    .extracting(Response::statusCode)
                    .containsExactly(200, 200, 404, 404, 400, 405, 403, 401, 400);
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.header("X-Request-Id"))
                            .as(answer.statusLine())
                            .isNotBlank());
        }

        @Test
        void isNewForEachRequest() {
            assertThat(acme.get("/api/tiers").header("X-Request-Id"))
                    .isNotEqualTo(acme.get("/api/tiers").header("X-Request-Id"));
        }

        private void assertOwnId(Response response, String sent) {
            response.then().statusCode(200).header("X-Request-Id", not(equalTo(sent)));
            assertThat(response.header("X-Request-Id")).matches("[0-9a-f-]{36}");
        }
    }

    private static void assertProblem(Response response, int status, String code) {
        response.then()
                .statusCode(status)
                .contentType(Problem.MEDIA_TYPE)
                .body("status", equalTo(status))
                .body("code", equalTo(code))
                .body("type", equalTo("urn:tokentally:problem:" + code))
                .body("success", equalTo(false));
        assertThat(response.asString()).doesNotContain("Exception", "io.tokentally", "jackson", "instance");
    }
}
