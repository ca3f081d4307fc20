package io.tokentally.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.Header;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tokentally.testing.ApiTest;
import io.tokentally.testing.Organisation;
import io.tokentally.testing.Route;
import io.tokentally.testing.TestClock;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What belongs to another tenant answers as what does not exist: the same status, headers and bytes, but for the id that
 * was asked for. Two tenants with the same past ask the same things in the same order, one for what the neighbour has and
 * one for what nobody has. A route with an id that is not told apart here is red.
 */
@ApiTest
class NeighbourTest {

    private static final String EVENT = "{\"endpoint\":\"e\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,%s}";
    private static final String HOLD =
            "{\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"max_completion_tokens\":1,\"user_id\":\"%s\"}";

    private static final Pattern UUIDS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** What a route wants to read before it looks for anything. */
    private static final Map<String, String> BODIES =
            Map.of("POST /api/usage/events/{id}/reversal", "{\"reason\":\"none of their business\"}");

    /** Parameters of a query that name nothing: they only shape the answer. */
    private static final Set<String> SHAPING = Set.of(
            "by",
            "step",
            "beforeStartDate",
            "beforeEndDate",
            "tokensPerCall",
            "limit",
            "offset",
            "sortBy",
            "order",
            "days",
            "budget",
            "startDate",
            "endDate",
            "escape",
            "cursor",
            "after",
            "action",
            "state",
            "personal",
            "success",
            "minResponseTimeMs",
            "without_export",
            "at",
            "book");

    /** What is written first would be found by those that read. */
    private static final List<String> READ_FIRST = List.of("GET", "DELETE", "POST", "PUT");

    /** Two ids of one length, so that not even the length of an answer differs; the longest is looked for first. */
    private record Asked(String theirs, String nobodys) {

        String in(String answer) {
            return answer.replace(theirs, "<id>").replace(nobodys, "<id>");
        }
    }

    private record Answer(int status, List<String> headers, String body) {}

    private final String unique = UUID.randomUUID().toString();
    private final Organisation neighbour = Organisation.fresh();
    private final Organisation seeker = Organisation.fresh();
    private final Organisation control = Organisation.fresh();
    private final Map<String, Asked> places = new HashMap<>();

    @Inject
    TestClock clock;

    @BeforeEach
    void furnishAll() {
        clock.set(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        furnish(neighbour, person(), "their-event-1");
        furnish(seeker, "own-user", "own-event");
        furnish(control, "own-user", "own-event");
    }

    @AfterEach
    void letTheClockGo() {
        clock.reset();
    }

    @Test
    void isNotThereInAnyAddress() {
        List<Route> named = Route.all().stream()
                .filter(route -> route.path().contains("{"))
                .sorted(Comparator.comparing(route -> READ_FIRST.indexOf(route.method())))
                .toList();

        assertThat(named).isNotEmpty().allSatisfy(route -> {
            int status = assertSame(route, "", BODIES.getOrDefault(route.toString(), "{}"), null);
            assertThat(status).as("it was read").isNotEqualTo(400);
        });
    }

    @Test
    void isNotThereInAnyQuery() {
        assertThat(Route.all())
                .allSatisfy(route -> assertThat(route.parameters("query"))
                        .allSatisfy(query -> ofQuery(query)
                                .ifPresent(asked -> assertSame(route, "?" + query + "=%s", "{}", asked))));
    }

    @Test
    void isNotThereInAnyBody() {
        Asked person = new Asked(person(), nobody());
        Route events = route("POST /api/usage/events");

        assertSame(route("POST /api/usage/check"), "", "{\"user_id\":\"%s\"}", person);
        assertSame(events, "", EVENT.formatted("\"user_id\":\"%s\""), person);
        assertSame(events, "", EVENT.formatted("\"event_id\":\"%s\""), new Asked("their-event-1", "their-event-2"));
        assertSame(events, "", EVENT.formatted("\"reservation_id\":\"%s\""), at("reservations/{reservationId}"));
        assertSame(route("POST /api/usage/reservations"), "", HOLD, person);
    }

    /** In one's own tenant a member sees of the others as little as of other tenants. */
    @Test
    void isEveryOtherPersonToAMember() {
        Asked person = new Asked(person(), nobody());
        List<Route> ofPersons = Route.all().stream()
                .filter(route ->
                        route.roles().contains("member") && route.path().contains("{userId}"))
                .toList();

        assertThat(ofPersons).isNotEmpty().allSatisfy(route -> {
            Response theirs = neighbour.member("me").request(route.method(), route.pathWith(place -> person.theirs));
            Response nobodys = neighbour.member("me").request(route.method(), route.pathWith(place -> person.nobodys));
            assertThat(theirs.statusCode()).isEqualTo(404);
            assertThat(seen(theirs, List.of(person))).isEqualTo(seen(nobodys, List.of(person)));
        });
    }

    /** After all that was tried on it. */
    @Test
    void staysAsItWas() {
        isNotThereInAnyAddress(); // what is asked for is made the first time
        String before = everythingOf(neighbour);

        isNotThereInAnyAddress();
        isNotThereInAnyBody();

        assertThat(everythingOf(neighbour)).isEqualTo(before);
    }

    /** A place of an address where an id stands: the neighbour's, and one like it that nobody has. */
    private Asked at(String place) {
        return places.computeIfAbsent(place, this::made);
    }

    private Asked made(String place) {
        return switch (place) {
            case "user/{userId}", "users/{userId}" -> new Asked(person(), nobody());
            case "events/{id}" -> new Asked(event(), unique);
            case "reservations/{reservationId}" -> new Asked(reservation(), unique);
            case "tiers/{tier}" -> new Asked(tier(), "nobody-alone");
            case "keys/{keyId}" -> new Asked(key(), unique);
            case "prices/{priceId}" -> new Asked(price(), String.valueOf(Long.MAX_VALUE));
            case "sessions/{sessionId}" -> new Asked(context(), "context-of-none-" + unique);
            case "tenants/{tenantId}" -> new Asked(neighbour.id(), "t-" + unique);
            default -> throw new AssertionError("say what a stranger could ask for at " + place);
        };
    }

    private Optional<Asked> ofQuery(String parameter) {
        return switch (parameter) {
            case "userId", "q" -> Optional.of(new Asked(person(), nobody()));
            case "tier" -> Optional.of(at("tiers/{tier}"));
            case "before" -> Optional.of(at("keys/{keyId}"));
            case "sessionId",
                    "endpoint",
                    "model",
                    "provider",
                    "callType",
                    "scope",
                    "gitBranch",
                    "source",
                    "gateCallType",
                    "sparedCallType",
                    "outOfScope" -> Optional.of(at("sessions/{sessionId}"));
            case "tag" -> {
                Asked context = at("sessions/{sessionId}");
                yield Optional.of(new Asked("team:" + context.theirs, "team:" + context.nobodys));
            }
            case "tenant" -> Optional.of(new Asked(neighbour.id(), "t-" + unique));
            default -> {
                assertThat(SHAPING)
                        .as("a parameter that names nothing of a tenant's")
                        .contains(parameter);
                yield Optional.empty();
            }
        };
    }

    private String person() {
        return "their-user-" + unique;
    }

    private String nobody() {
        return "nobody-but-" + unique;
    }

    private String event() {
        return neighbour
                .record(EVENT.formatted("\"event_id\":\"their-event-3\""))
                .path("data.id");
    }

    /** A call of which everything is called the same. */
    private String context() {
        String name = "context-of-them-" + unique;
        neighbour.record("""
                {"endpoint":"%1$s","model":"%1$s","provider":"%1$s","call_type":"%1$s","scope":"%1$s","session_id":"%1$s",
                 "git_branch":"%1$s","source":"%1$s","tags":{"team":"%1$s"},"prompt_tokens":1,"completion_tokens":1}""".formatted(name));
        return name;
    }

    private String reservation() {
        Response held = neighbour.service().body(HOLD.formatted(person())).post("/api/usage/reservations");
        held.then().statusCode(201);
        return held.path("data.reservation_id");
    }

    private String tier() {
        neighbour.admin().body("{}").put("/api/tiers/theirs-alone").then().statusCode(200);
        return "theirs-alone";
    }

    private String key() {
        Response made = neighbour
                .admin()
                .body("{\"name\":\"theirs\",\"roles\":[\"service\"]}")
                .post("/api/keys");
        made.then().statusCode(201);
        return made.path("data.id");
    }

    private String price() {
        Response set = neighbour
                .admin()
                .body("{\"provider\":\"theirs\",\"model\":\"m\",\"input_per_million\":1,\"output_per_million\":1}")
                .post("/api/prices");
        set.then().statusCode(201);
        return set.path("data.id").toString();
    }

    private static void furnish(Organisation tenant, String user, String event) {
        tenant.record(EVENT.formatted("\"user_id\":\"" + user + "\",\"event_id\":\"" + event + "\""));
    }

    private String everythingOf(Organisation tenant) {
        return List.of("stats", "summary", "endpoint", "daily", "user/" + person(), "export").stream()
                        .map(report -> tenant.get("/api/usage/" + report).asString())
                        .toList()
                + tenant.get("/api/tiers").asString()
                + tenant.get("/api/prices?book=own").asString()
                + tenant.get("/api/users/" + person()).asString();
    }

    /**
     * @param query appended to the address; {@code %s} is where {@code asked} goes
     * @param body likewise
     * @param asked null: only the address names something
     * @return the status that both got
     */
    private int assertSame(Route route, String query, String body, Asked asked) {
        var found = send(route, seeker, query, body, true, asked);
        var missed = send(route, control, query, body, false, asked);

        assertThat(found).as(route + query + " " + body).isEqualTo(missed);
        return found.status;
    }

    private Answer send(Route route, Organisation caller, String query, String body, boolean theirs, Asked asked) {
        String id = asked == null ? "" : theirs ? asked.theirs : asked.nobodys;
        String path = route.pathWith(place -> theirs && asked == null ? at(place).theirs : at(place).nobodys);
        RequestSpecification request = caller.as("own-user", "admin", "service", "member");
        Response response = (route.hasBody() ? request.body(body.replace("%s", id)) : request)
                .request(route.method(), path + query.replace("%s", id));
        return seen(response, asked == null ? List.copyOf(places.values()) : List.of(asked));
    }

    /** Without what is new in every answer. */
    private static Answer seen(Response response, List<Asked> swapped) {
        List<String> headers = response.headers().asList().stream()
                .filter(header -> !Set.of("X-Request-Id", "RateLimit", "ETag").contains(header.getName()))
                .map(Header::toString)
                .sorted()
                .toList();
        String body = swapped.stream()
                .sorted(Comparator.comparing((Asked ids) -> ids.nobodys.length())
                        .reversed())
                .reduce(response.asString(), (text, ids) -> ids.in(text), (one, other) -> one);
        boolean isNew = response.statusCode() < 300;
        return new Answer(
                response.statusCode(), headers, isNew ? UUIDS.matcher(body).replaceAll("<new>") : body);
    }

    private static Route route(String name) {
        return Route.all().stream()
                .filter(route -> route.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
