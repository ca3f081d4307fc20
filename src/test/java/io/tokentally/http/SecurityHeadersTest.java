package io.tokentally.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Wire;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer tells a browser, and what a malformed request gets. */
@ApiTest
class SecurityHeadersTest {

    private static final String NOTHING =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Pattern ALL = Pattern.compile(
            "(?is)(?=.*^x-content-type-options: nosniff)(?=.*^referrer-policy: no-referrer)"
                    + "(?=.*^x-frame-options: DENY)(?=.*^content-security-policy: default-src 'none').*",
            Pattern.MULTILINE);

    private final Organisation acme = Organisation.fresh();

    @ConfigProperty(name = "quarkus.http.test-port")
    int port;

    @Nested
    class EveryAnswer {

        @ParameterizedTest
        @CsvSource({
            "GET, /, 200",
            "GET, /start.css, 200",
            "GET, /nothing, 404",
            "GET, /q/health, 200",
            "GET, /q/metrics, 200",
            "GET, /q/openapi, 200",
            "GET, /q/swagger-ui/, 200",
            "GET, /q/nothing, 404",
            "GET, /api/nothing, 404",
            "GET, /api/usage/stats, 200",
            "GET, /api/usage/export, 200",
            "GET, /api/usage/user/nobody, 404",
            "GET, /api/usage/daily?days=x, 400",
            "POST, /api/tenants, 403",
            "POST, /api/usage/events, 400",
            "DELETE, /api/usage/stats, 405",
            "TRACE, /api/usage/stats, 405",
            "OPTIONS, /api/usage/stats, 200"
        })
        void carriesThem(String method, String path, int status) {
            assertHeaders(acme.admin().request(method, path), status);
        }

        @Test
        void carriesThemToStrangersToo() {
            assertHeaders(Organisation.anonymous().get("/api/usage/stats"), 401);
        }

        @Test
        void ofTheApiIsKeptByNobodyAndLoadsNothing() {
            for (String path : List.of("/api/usage/stats", "/api/usage/export", "/api/nothing")) {
                Response response = acme.get(path);

                assertThat(response.headers().getValues("Cache-Control")).containsExactly("no-store");
                assertThat(response.headers().getValues("Content-Security-Policy"))
                        .containsExactly(NOTHING);
            }
        }

        /** TLS ends elsewhere, and a promise of it made by mistake lasts for months in every browser. */
        @Test
        void promisesNoTlsUnlessTold() {
            assertThat(acme.get("/api/usage/stats").header("Strict-Transport-Security"))
                    .isNull();
        }

        private void assertHeaders(Response response, int status) {
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().toString().replaceAll("(?m)^([\\w-]+)=", "$1: "))
                    .matches(ALL);
        }
    }

    @Nested
    class APageOfOthers {

        @Test
        void mayReadNothing() {
            Response response =
                    acme.admin().header("Origin", "https://evil.example").get("/api/usage/stats");

            assertThat(response.headers().asList())
                    .noneMatch(header -> header.getName().toLowerCase().startsWith("access-control"));
        }

        @Test
        void isNotAllowedToAskEither() {
            Response response = Organisation.anonymous()
                    .header("Origin", "https://evil.example")
                    .header("Access-Control-Request-Method", "GET")
                    .header("Access-Control-Request-Headers", "authorization")
                    .options("/api/usage/stats");

            assertThat(response.headers().asList())
                    .noneMatch(header -> header.getName().toLowerCase().startsWith("access-control"));
        }
    }

    /** Straight from a socket: no client would send these. */
    @Nested
    class AMalformedRequest {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET /api/usage/stats HTTP/1.1",
                    "GET /api/usage/stats HTTP/1.1\nHost: a b<>",
                    "GET /api/usage/stats HTTP/1.1\nHost: x:99999999"
                })
        void isAProblem(String request) {
            assertProblem(answerTo(request), 400, "bad_request");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET nothing HTTP/1.1\nHost: x",
                    "OPTIONS * HTTP/1.1\nHost: x",
                    "CONNECT x:80 HTTP/1.1\nHost: x",
                    "GET /../../etc/passwd HTTP/1.1\nHost: x",
                    "GET /api/../../etc/passwd HTTP/1.1\nHost: x"
                })
        void isNotFound(String request) {
            assertProblem(answerTo(request), 404, "not_found");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET //api/usage/stats HTTP/1.1\nHost: x",
                    "GET http://other.example/api/usage/stats HTTP/1.1\nHost: x",
                    "GET /api/usage/stats;tenant=x HTTP/1.1\nHost: x",
                    "GET /api/usage/user/%C3%28 HTTP/1.1\nHost: x",
                    "GET /api/usage/stats HTTP/1.1\nHost: x\nAccept: */*;q=abc",
                    "GET /api/usage/stats HTTP/1.1\nHost: x\nAuthorization: Bearer \u00ff\u00fe",
                    "POST /api/usage/check HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 2"
                })
        void doesNotGetPastTheCredential(String request) {
            assertProblem(answerTo(request), 401, "unauthorized");
        }

        /** What the HTTP server cannot read at all has no route and no document. It is refused without a word. */
        @ParameterizedTest
        @CsvSource({
            "'GARBAGE', 400",
            "'GET /api/usage/user/%zz HTTP/1.1\nHost: x', 400",
            "'GET /api/usage/daily?days=%zz HTTP/1.1\nHost: x', 400",
            "'GET / HTTP/1.1\nHost: x\nBad Name: x', 400",
            "'POST /api/usage/events HTTP/1.1\nHost: x\nContent-Length: -1', 400",
            "'POST /api/usage/events HTTP/1.1\nHost: x\nContent-Length: 5\nContent-Length: 6', 400",
            "'POST /api/usage/events HTTP/1.1\nHost: x\nContent-Length: 5\nTransfer-Encoding: chunked', 400"
        })
        void hasNoBodyWhenItIsNoRequest(String request, int status) {
            assertThat(answerTo(request))
                    .containsPattern("^HTTP/1.[01] " + status)
                    .endsWith("\r\n\r\n");
        }

        @Test
        void isTooLongInItsHeadOrAddress() {
            assertThat(answerTo("GET /api/usage/stats HTTP/1.1\nHost: x\nX-Long: " + "a".repeat(30_000)))
                    .startsWith("HTTP/1.1 431")
                    .endsWith("\r\n\r\n");
            assertThat(answerTo("GET /api/" + "a".repeat(9_000) + " HTTP/1.1\nHost: x"))
                    .containsPattern("^HTTP/1.[01] 414")
                    .endsWith("\r\n\r\n");
        }

        private String answerTo(String request) {
            return new Wire(port).send(request.replace("\n", "\r\n") + "\r\n\r\n");
        }

        private static void assertProblem(String answer, int status, String code) {
            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status)
                    .containsIgnoringCase("content-type: application/problem+json")
                    .containsIgnoringCase("x-request-id: ")
                    .contains("\"code\":\"" + code + "\"", "\"success\":false")
                    .doesNotContain("Exception", "io.tokentally", "Error id");
            assertThat(answer).matches(ALL);
        }
    }
}
