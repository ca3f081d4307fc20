package io.tokentally.http;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Route;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every route there is, and who may call it. A new route is red here until the table says whose it is. */
@ApiTest
class RoutesTest {

    private static final Map<String, Set<String>> WHO_MAY = Map.ofEntries(
            entry("POST /api/usage/events", Set.of("service", "admin")),
            entry("POST /api/usage/check", Set.of("service", "admin", "member")),
            entry("POST /api/usage/reservations", Set.of("service")),
            entry("DELETE /api/usage/reservations/{reservationId}", Set.of("service")),
            entry("POST /api/usage/events/{id}/reversal", Set.of("admin")),
            entry("GET /api/usage/stats", Set.of("admin")),
            entry("GET /api/usage/summary", Set.of("admin")),
            entry("GET /api/usage/user/{userId}", Set.of("admin", "service", "member")),
            entry("GET /api/usage/endpoint", Set.of("admin")),
            entry("GET /api/usage/daily", Set.of("admin")),
            entry("GET /api/usage/forecast", Set.of("admin", "service", "member")),
            entry("GET /api/usage/export", Set.of("admin", "member")),
            entry("GET /api/usage/export/breakdown", Set.of("admin", "member")),
            entry("GET /api/usage/export/sessions", Set.of("admin", "member")),
            entry("GET /api/usage/export/summary", Set.of("admin")),
            entry("GET /api/export/users", Set.of("admin")),
            entry("GET /api/export/prices", Set.of("admin")),
            entry("GET /api/export/tiers", Set.of("admin")),
            entry("GET /api/export/keys", Set.of("admin")),
            entry("GET /api/export/audit", Set.of("admin")),
            entry("GET /api/usage/me", Set.of("admin", "service", "member")),
            entry("GET /api/usage/me/recent", Set.of("admin", "service", "member")),
            entry("GET /api/usage/me/daily", Set.of("admin", "service", "member")),
            entry("GET /api/usage/breakdown", Set.of("admin", "service", "member")),
            entry("GET /api/usage/series", Set.of("admin", "service", "member")),
            entry("GET /api/usage/sessions", Set.of("admin", "member")),
            entry("GET /api/usage/comparison", Set.of("admin", "service", "member")),
            entry("GET /api/usage/savings", Set.of("admin", "service", "member")),
            entry("GET /api/platform/usage", Set.of("platform-admin")),
            entry("GET /api/usage/calls", Set.of("admin", "member")),
            entry("GET /api/usage/calls/slow", Set.of("admin", "member")),
            entry("GET /api/usage/calls/failed", Set.of("admin", "member")),
            entry("GET /api/usage/sessions/{sessionId}", Set.of("admin", "member")),
            entry("GET /api/users", Set.of("admin")),
            entry("GET /api/users/{userId}", Set.of("admin")),
            entry("PUT /api/users/{userId}", Set.of("admin")),
            entry("DELETE /api/users/{userId}", Set.of("admin")),
            entry("GET /api/users/{userId}/export", Set.of("admin")),
            entry("GET /api/tiers", Set.of("admin")),
            entry("PUT /api/tiers/{tier}", Set.of("admin")),
            entry("GET /api/prices", Set.of("admin")),
            entry("POST /api/prices", Set.of("admin")),
            entry("DELETE /api/prices/{priceId}", Set.of("admin")),
            entry("GET /api/keys", Set.of("admin")),
            entry("POST /api/keys", Set.of("admin")),
            entry("POST /api/keys/{keyId}/rotation", Set.of("admin")),
            entry("DELETE /api/keys/{keyId}", Set.of("admin")),
            entry("GET /api/audit", Set.of("admin")),
            entry("GET /api/caller", Set.of("admin", "service", "member", "platform-admin")),
            entry("GET /api/tenant", Set.of("admin")),
            entry("PUT /api/tenant", Set.of("admin")),
            entry("GET /api/tenants", Set.of("platform-admin")),
            entry("POST /api/tenants", Set.of("platform-admin")),
            entry("GET /api/tenants/{tenantId}", Set.of("platform-admin")),
            entry("PUT /api/tenants/{tenantId}", Set.of("platform-admin")),
            entry("DELETE /api/tenants/{tenantId}", Set.of("platform-admin")),
            entry("POST /api/tenants/{tenantId}/suspension", Set.of("platform-admin")),
            entry("DELETE /api/tenants/{tenantId}/suspension", Set.of("platform-admin")),
            entry("GET /api/tenants/{tenantId}/export", Set.of("platform-admin")),
            entry("GET /api/platform/audit", Set.of("platform-admin")),
            entry("GET /api/platform/self-check", Set.of("platform-admin")),
            entry("POST /api/platform/self-check/rebuild", Set.of("platform-admin")));

    /** For people on their way to a credential. */
    private static final Set<String> OPEN_TO_ALL = Set.of("GET /api/sign-in", "POST /api/sign-in");

    private static final List<String> ROLES = List.of("service", "member", "admin", "platform-admin");

    private final Organisation acme = Organisation.fresh();

    @Test
    void areAllInTheTable() {
        assertThat(routes()).containsExactlyInAnyOrderElementsOf(WHO_MAY.keySet());
        assertThat(namesOf(route -> route.isPublic())).containsExactlyInAnyOrderElementsOf(OPEN_TO_ALL);
    }

    @Test
    void refuseWhoeverHasNoCredential() {
        var softly = new SoftAssertions();
        for (String route : routes()) {
            Response response = send(route, Organisation.anonymous());
            softly.assertThat(response.statusCode()).as(route).isEqualTo(401);
            softly.assertThat(response.contentType()).as(route).isEqualTo(Problem.MEDIA_TYPE);
        }
        softly.assertAll();
    }

    @Test
    void refuseExactlyTheRolesThatTheTableDoesNotName() {
        var softly = new SoftAssertions();
        for (String route : routes()) {
            for (String role : ROLES) {
                Response response = send(route, acme.as("123", role));
                boolean allowed = WHO_MAY.getOrDefault(route, Set.of()).contains(role);
                String refusal = response.statusCode() == 403 ? response.path("code") : "none";
                softly.assertThat(refusal).as(route + " as " + role).isEqualTo(allowed ? "none" : "forbidden");
                softly.assertThat(response.statusCode())
                        .as(route + " as " + role)
                        .isNotEqualTo(401)
                        .isLessThan(500);
            }
        }
        softly.assertAll();
    }

    /** Hidden from the document or not: code that answers HTTP names its roles. */
    @Test
    void nameTheirRolesInTheCode() {
        List<JavaMethod> answering = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.tokentally").stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isMetaAnnotatedWith(HttpMethod.class))
                        .toList();

        assertThat(answering.stream().filter(method -> says(method, RolesAllowed.class)))
                .hasSameSizeAs(WHO_MAY.keySet());
        assertThat(answering.stream().filter(method -> says(method, PermitAll.class)))
                .hasSameSizeAs(OPEN_TO_ALL);
        assertThat(answering).allMatch(method -> says(method, RolesAllowed.class) != says(method, PermitAll.class));
    }

    private static boolean says(JavaMethod method, Class<? extends Annotation> who) {
        return method.isAnnotatedWith(who) || method.getOwner().isAnnotatedWith(who);
    }

    @ParameterizedTest
    @CsvSource({
        "/api",
        "/api/",
        "/api/nothing",
        "/api/usage",
        "/api/usage/stats/more",
        "/api/users/x/y",
        "/api/tenants/x/y"
    })
    void thatDoNotExistAnswerWithTheSameProblemToAll(String path) {
        assertNotFound(Organisation.anonymous().get(path));
        assertNotFound(acme.admin().get(path));
    }

    private static void assertNotFound(Response response) {
        response.then().statusCode(404).contentType(Problem.MEDIA_TYPE).body("code", equalTo("not_found"));
    }

    /** {@code GET /api/usage/stats} of the document that the service serves; of those that take a credential. */
    private static List<String> routes() {
        return namesOf(route -> !route.isPublic());
    }

    private static List<String> namesOf(Predicate<Route> wanted) {
        return Route.allOf(Route.document()).stream()
                .filter(wanted)
                .map(Route::toString)
                .toList();
    }

    private static Response send(String route, RequestSpecification caller) {
        String[] parts = route.split(" ");
        boolean hasBody = !parts[0].equals("GET");
        // of all tenants it takes its time
        String query = parts[1].endsWith("/self-check") ? "?tenant=nobody" : "";
        return (hasBody ? caller.body("{}") : caller).request(parts[0], parts[1].replaceAll("\\{\\w+}", "123") + query);
    }
}
