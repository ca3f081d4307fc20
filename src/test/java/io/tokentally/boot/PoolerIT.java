package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokentally.shared.TenantId;
import io.tokentally.testing.Sql;
import io.tokentally.testing.Truth;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged service as on a hosted PostgreSQL: a single login, which owns the tables too, and a transaction-mode pooler
 * that hands two sessions round. Where there is no pgbouncer, the service has the server to itself and the tests of
 * sharing are skipped.
 */
class PoolerIT {

    private static final Login ONLY = new Login("hosted", "hosted");
    private static final int WRITERS = 2;
    private static final int READERS = 2;
    private static final int ROUNDS = 4;
    private static final int CALLS_OF_A_ROUND = 7;

    private record Tenant(String id, int tokens) {

        String endpoint() {
            return "feature-of-" + id;
        }

        String username() {
            return "person-of-" + id;
        }
    }

    @FunctionalInterface
    private interface OnSession {

        void run(Connection session) throws SQLException;
    }

    @TempDir
    static Path home;

    private static EmbeddedPostgres postgres;
    private static Optional<PgBouncer> pooler = Optional.empty();
    private static ServeProcess serve;
    private static SigningKeys keys;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start(home.resolve("postgres"), RunningPostgres.PROGRAMS, Map.of());
        try (Connection superuser = Connections.open(
                postgres.jdbcUrl("postgres"), new Login(postgres.superuser(), postgres.superuserPassword()))) {
            Sql.execute(superuser, "create role %s login password '%s'".formatted(ONLY.user(), ONLY.password()));
            Sql.execute(superuser, "create database hosted owner " + ONLY.user());
        }
        Optional<Path> program = PgBouncer.program();
        if (program.isPresent()) {
            int port = URI.create(direct().substring("jdbc:".length())).getPort();
            pooler = Optional.of(PgBouncer.start(program.get(), home, port, ONLY));
        }
        Path service = home.resolve("service");
        serve = ServeProcess.start(service, ServeProcess.freePort(), database());
        keys = SigningKeys.in(DataFolder.at(service).keys());
    }

    @AfterAll
    static void close() throws Exception {
        if (serve != null) {
            serve.close();
        }
        if (pooler.isPresent()) {
            pooler.get().close();
        }
        postgres.close();
    }

    @Test
    void keepsTenantsApartThatShareSessions() throws Exception {
        assumePooler();
        var acme = new Tenant("acme", 7);
        var zeta = new Tenant("zeta", 11);
        introduce(acme);
        introduce(zeta);

        var running = new ArrayList<Future<Void>>();
        try (var threads = Executors.newCachedThreadPool()) {
            for (int number = 0; number < WRITERS; number++) {
                int writer = number;
                running.add(threads.submit(() -> write(acme, writer)));
                running.add(threads.submit(() -> write(zeta, writer)));
            }
            for (int number = 0; number < READERS; number++) {
                running.add(threads.submit(() -> read(acme, zeta)));
                running.add(threads.submit(() -> read(zeta, acme)));
            }
        }
        for (Future<Void> one : running) {
            one.get();
        }

        expectAllOf(acme);
        expectAllOf(zeta);
        onAllSessions(session -> assertThat(Sql.texts(session, """
                        select concat_ws(',', current_setting('tokentally.tenant', true),
                            current_setting('tokentally.tenants', true), current_setting('tokentally.platform', true),
                            (select string_agg(statement, ',') from pg_prepared_statements))"""))
                .as("left on a session")
                .allMatch(left -> left.replace(",", "").isEmpty()));
        assertThat(serve.output()).doesNotContain("ERROR", "prepared statement");
    }

    @Test
    void believesNothingThatSomebodyElseLeftOnASession() throws Exception {
        assumePooler();
        var mine = new Tenant("mine", 7);
        var theirs = new Tenant("theirs", 11);
        for (Tenant tenant : List.of(mine, theirs)) {
            introduce(tenant);
            expect(201, post(tenant, event(tenant, "first", "")));
        }
        onAllSessions(
                session -> Sql.execute(session, "set tokentally.tenants = 'theirs'; set tokentally.tenant = 'theirs'"));
        try {
            expect(201, post(mine, event(mine, "second", "")));
            expectCalls(mine, 2);
            expectCalls(theirs, 1);
            readAll(mine, theirs);
            try (Connection shared = shared()) {
                assertThat(Sql.texts(shared, "select tenant_id from tenant"))
                        .as("the sessions were bound all the time")
                        .containsExactly("theirs");
            }
        } finally {
            onAllSessions(session -> Sql.execute(session, "reset all"));
        }
    }

    @Test
    void givesItsOnlyLoginNoWayRoundThePolicies() throws Exception {
        var mine = new Tenant("one-login", 7);
        var other = new Tenant("another", 11);
        for (Tenant tenant : List.of(mine, other)) {
            introduce(tenant);
            expect(201, post(tenant, event(tenant, "only", "")));
        }
        try (Connection owner = Connections.open(direct(), ONLY)) {
            owner.setAutoCommit(false);
            List<String> tables = Sql.texts(owner, """
                    select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
                    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
                      and a.attname in ('tenant_id', 'book') and not a.attisdropped""");
            assertThat(tables).contains("tier", "app_user", "user_api_usage", "event_key", "price");

            for (String bound : new String[] {null, mine.id}) {
                if (bound != null) {
                    Sql.texts(owner, "select set_config('tokentally.tenant', '" + bound + "', true)");
                }
                expectNothingOf(other, owner, tables, mine.id.equals(bound) ? List.of(mine.id, "*") : List.of());
            }
            assertThat(Sql.count(owner, "user_api_usage")).isEqualTo(1);

            assertThat(Sql.count(owner, "audit_log")).isPositive();
            assertThat(Sql.update(owner, "update audit_log set actor = 'nobody'"))
                    .isZero();
            assertThat(Sql.update(owner, "delete from audit_log")).isZero();
        }
    }

    /** What the owner of the tables does for the serving role, it does for itself. */
    @Test
    void sealsProvesAndExports() throws Exception {
        var tenant = new Tenant("old", 7);
        introduce(tenant);
        String lastYear = ",\"occurred_at\":\"2024-01-15T00:00:00Z\"";
        expect(201, post(tenant, event(tenant, "old", lastYear)));
        expect(201, post(tenant, event(tenant, "new", "")));

        try (Connection owner = pooler.isPresent() ? shared() : Connections.open(direct(), ONLY)) {
            assertThat(Sql.texts(owner, "select seal_usage_month('2024-01-01')"))
                    .containsExactly("t");
        }

        expect(409, post(tenant, event(tenant, "late", lastYear)));
        expect(200, post(tenant, event(tenant, "old", lastYear)));
        HttpResponse<String> file = get(tenant, "/api/usage/export?startDate=2024-01-01&limit=all");
        assertThat(file.headers().firstValue("X-Beyond-Retention")).hasValue("2024-02-01");
        assertThat(file.body().lines()).hasSize(2);
        expectCalls(tenant, 2);
        HttpResponse<String> proof = send("GET", "/api/platform/self-check", token(null, "platform-admin"), "");
        assertThat(json.readTree(proof.body()).at("/data/clean").asBoolean())
                .as(proof.body())
                .isTrue();
    }

    private Void write(Tenant tenant, int writer) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String name = writer + "-" + round + "-";
            expect(201, post(tenant, event(tenant, name + "single", "")));
            String many = IntStream.range(0, 5)
                    .mapToObj(i -> event(tenant, name + i, ""))
                    .reduce((one, next) -> one + "," + next)
                    .orElseThrow();
            HttpResponse<String> batch = post(tenant, "[" + many + "]");
            assertThat(json.readTree(batch.body()).at("/data/recorded").asInt())
                    .as(batch.body())
                    .isEqualTo(5);
            HttpResponse<String> held = send("POST", "/api/usage/reservations", token(tenant, "service"), """
                    {"user_id":"u1","model":"gpt-4o-mini","prompt_tokens":1,"max_completion_tokens":1}""");
            expect(201, held);
            String reservation =
                    json.readTree(held.body()).at("/data/reservation_id").asText();
            expect(201, post(tenant, event(tenant, name + "held", ",\"reservation_id\":\"" + reservation + "\"")));
            introduce(tenant);
        }
        return null;
    }

    private Void read(Tenant tenant, Tenant neighbour) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            readAll(tenant, neighbour);
        }
        return null;
    }

    private void readAll(Tenant tenant, Tenant neighbour) throws Exception {
        for (String path : List.of(
                "/api/usage/stats",
                "/api/usage/summary",
                "/api/usage/endpoint",
                "/api/usage/export?limit=all",
                "/api/usage/export/summary",
                "/api/users/u1")) {
            HttpResponse<String> answer = get(tenant, path);
            expect(200, answer);
            assertThat(answer.body()).as(path).doesNotContain(neighbour.endpoint(), neighbour.username());
        }
    }

    private void expectAllOf(Tenant tenant) throws Exception {
        int calls = WRITERS * ROUNDS * CALLS_OF_A_ROUND;
        expectCalls(tenant, calls);
        assertThat(get(tenant, "/api/usage/export?limit=all").body().lines().skip(1))
                .hasSize(calls)
                .allMatch(line -> line.contains(tenant.endpoint()) && line.contains(tenant.username()));
        try (Connection bound = Connections.open(direct() + "?options=-c%20tokentally.tenant=" + tenant.id, ONLY)) {
            assertThat(Truth.differences(bound)).isEmpty();
        }
    }

    private void expectCalls(Tenant tenant, int calls) throws Exception {
        JsonNode overall = json.readTree(get(tenant, "/api/usage/stats").body()).at("/data/overall");
        assertThat(overall.get("total_api_calls").asInt()).isEqualTo(calls);
        assertThat(overall.get("total_tokens").asInt()).isEqualTo(calls * tenant.tokens);
        assertThat(overall.get("total_users").asInt()).isEqualTo(1);
    }

    /** @param seen whose rows may be seen */
    private static void expectNothingOf(Tenant other, Connection owner, List<String> tables, List<String> seen)
            throws SQLException {
        var softly = new SoftAssertions();
        for (String table : tables) {
            String key = Sql.tenantColumn(owner, table);
            String notMine = " where " + key + " <> all (array['" + String.join("','", seen) + "'])";
            softly.assertThat(Sql.texts(owner, "select distinct " + key + " from " + table))
                    .as("seen in " + table)
                    .isSubsetOf(seen);
            softly.assertThat(Sql.update(owner, "update " + table + " set " + key + " = " + key + notMine))
                    .as("updated in " + table)
                    .isZero();
            softly.assertThat(Sql.update(owner, "delete from " + table + notMine))
                    .as("deleted from " + table)
                    .isZero();
            softly.assertThat(Sql.stateOfInserting(owner, table, """
                            {"tenant_id":"%1$s","book":"%1$s","usage_day":"2019-01-01"}""".formatted(other.id)))
                    .as("insert into " + table)
                    .isEqualTo(Sql.REFUSED);
        }
        softly.assertAll();
    }

    private void introduce(Tenant tenant) throws Exception {
        expect(200, send("PUT", "/api/users/u1", token(tenant, "admin"), """
                        {"tier":"unlimited","username":"%s"}""".formatted(tenant.username())));
    }

    private static String event(Tenant tenant, String id, String more) {
        return """
                {"user_id":"u1","session_id":"s","endpoint":"%s","model":"gpt-4o-mini","prompt_tokens":%d,\
                "completion_tokens":0,"event_id":"%s"%s}""".formatted(tenant.endpoint(), tenant.tokens, id, more);
    }

    private HttpResponse<String> post(Tenant tenant, String event) throws Exception {
        return send("POST", "/api/usage/events", token(tenant, "service"), event);
    }

    private HttpResponse<String> get(Tenant tenant, String path) throws Exception {
        return send("GET", path, token(tenant, "admin"), "");
    }

    private HttpResponse<String> send(String method, String path, String accessToken, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(serve.url() + path))
                .header("Authorization", "Bearer " + accessToken)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(1))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static void expect(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer::body).isEqualTo(status);
    }

    private static String token(Tenant tenant, String role) {
        Optional<TenantId> id = Optional.ofNullable(tenant).map(of -> new TenantId(of.id));
        return keys.mint(new Grant(id, Optional.empty(), List.of(role), Duration.ofMinutes(5)), Instant.now());
    }

    private static void assumePooler() {
        assumeTrue(pooler.isPresent(), "No program pgbouncer is installed here, so nothing is tried behind it.");
    }

    /** One transaction on each session there is, all at once, so that no session is met twice. */
    private static void onAllSessions(OnSession work) throws SQLException {
        var sessions = new ArrayList<Connection>();
        try {
            for (int number = 0; number < PgBouncer.SESSIONS; number++) {
                sessions.add(shared());
                sessions.getLast().setAutoCommit(false);
                work.run(sessions.getLast());
            }
            for (Connection session : sessions) {
                session.commit();
            }
        } finally {
            for (Connection session : sessions) {
                session.close();
            }
        }
    }

    private static Connection shared() throws SQLException {
        return Connections.open(throughThePooler().withNothingPreparedByName().jdbc(), ONLY);
    }

    private static String direct() {
        return postgres.jdbcUrl("hosted");
    }

    private static DatabaseUrl throughThePooler() {
        return DatabaseUrl.parse(
                "x", "postgresql://127.0.0.1:" + pooler.orElseThrow().port() + "/hosted");
    }

    /** Two settings beside the login: where requests go, and where migrations go. */
    private static Map<String, String> database() {
        return Map.of(
                "TOKENTALLY_DATABASE_URL",
                        pooler.isPresent() ? throughThePooler().jdbc() : direct(),
                "TOKENTALLY_DATABASE_OWNER_URL", direct(),
                "TOKENTALLY_DATABASE_USER", ONLY.user(),
                "TOKENTALLY_DATABASE_PASSWORD", ONLY.password());
    }
}
