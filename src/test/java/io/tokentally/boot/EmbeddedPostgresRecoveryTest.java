package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed service, a killed server or a reboot leaves behind must not keep the next start from working. */
class EmbeddedPostgresRecoveryTest {

    @TempDir
    static Path home;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private EmbeddedPostgres postgres;

    @BeforeEach
    void leaveDatabaseBehind() throws Exception {
        KilledService.leaveDatabaseBehindIn(home);
    }

    @AfterEach
    void stop() {
        postgres.close();
    }

    @Test
    void adoptsTheServerOfAKilledService() throws IOException {
        String server = serverProcess();
        start();
        assertThat(rows()).isEqualTo("acknowledged");
        assertThat(serverProcess()).isEqualTo(server);
    }

    @Test
    void startsAfterTheServerItselfWasKilled() throws IOException {
        ProcessHandle server = ProcessHandle.of(Long.parseLong(serverProcess())).orElseThrow();
        server.destroyForcibly();
        server.onExit().join();
        start();
        assertThat(rows()).isEqualTo("acknowledged");
    }

    @Test
    void startsWhenAnotherProcessHasTheProcessIdOfALostServer() throws IOException {
        List<String> file = Files.readAllLines(processFile());
        start();
        postgres.close();
        Process other = new ProcessBuilder("cat").start(); // not our own process: PostgreSQL overlooks its ancestors
        Files.writeString(processFile(), String.join("\n", file).replaceFirst("\\d+", String.valueOf(other.pid())));
        start();
        other.destroy();
        assertThat(rows()).isEqualTo("acknowledged");
    }

    @Test
    void restartsALeftServerThatRunsWithOtherSettings() throws IOException {
        String server = serverProcess();
        postgres = EmbeddedPostgres.start(home, RunningPostgres.PROGRAMS, Map.of("work_mem", "8MB"));
        assertThat(rows()).isEqualTo("acknowledged");
        assertThat(serverProcess()).isNotEqualTo(server);
    }

    @Test
    void dropsWhatAnInterruptedInitialisationLeft() throws IOException {
        Files.createDirectories(home.resolve("pgdata.new-1").resolve("base"));
        start();
        assertThat(EmbeddedPostgresTest.filesIn(home)).doesNotContain("pgdata.new-1");
    }

    @Test
    void startsAServerAgainOnItsPortEachTimeItIsKilled() throws Exception {
        start();
        String url = postgres.jdbcUrl();
        postgres.watch(said::add);
        for (int time = 1; time <= 2; time++) {
            kill(serverProcess());
            awaitLine("PostgreSQL is back.");
        }
        assertThat(rows()).isEqualTo("acknowledged");
        assertThat(postgres.jdbcUrl()).isEqualTo(url);
    }

    @Test
    void waitsForTheLastSessionsOfAKilledServer() throws Exception {
        start();
        postgres.watch(said::add);
        try (Connection connection = asSuperuser()) {
            ProcessHandle session = sessionOf(connection);
            Thread.ofVirtual().start(() -> workForEver(connection));
            awaitWorkOf(session);
            kill(serverProcess());
            awaitLine("pre-existing shared memory block");
            session.destroyForcibly();
        }
        awaitLine("PostgreSQL is back.");
        assertThat(rows()).isEqualTo("acknowledged");
    }

    @Test
    void leavesAServerStoppedThatWasKilledWhileItCloses() throws Exception {
        start();
        postgres.watch(said::add);
        kill(serverProcess());
        postgres.close();
        assertThat(Postmaster.leftIn(home.resolve("pgdata"))).isEmpty();
        assertThat(postgres.startAgain()).isFalse();
        start();
        assertThat(rows()).isEqualTo("acknowledged");
    }

    private void awaitLine(String part) throws InterruptedException {
        while (!said.take().contains(part)) {}
    }

    private static void kill(String process) {
        ProcessHandle.of(Long.parseLong(process)).orElseThrow().destroyForcibly();
    }

    private Connection asSuperuser() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.superuser(), postgres.superuserPassword());
    }

    private static ProcessHandle sessionOf(Connection connection) throws SQLException {
        try (ResultSet rows = connection.createStatement().executeQuery("select pg_backend_pid()")) {
            rows.next();
            return ProcessHandle.of(rows.getLong(1)).orElseThrow();
        }
    }

    /** Work that does not wait for anything, so the session does not notice that its server is gone. */
    private static void workForEver(Connection connection) {
        try {
            connection
                    .createStatement()
                    .execute("set statement_timeout = '2min'; do $$ begin loop perform 1; end loop; end $$");
        } catch (SQLException killed) {
            // as it must end
        }
    }

    private void awaitWorkOf(ProcessHandle session) {
        String state = "select state from pg_stat_activity where pid = " + session.pid();
        while (!query(state).equals("active")) {}
    }

    private String query(String sql) {
        return EmbeddedPostgresTest.query(postgres.jdbcUrl(), postgres.superuser(), postgres.superuserPassword(), sql);
    }

    private void start() {
        postgres = EmbeddedPostgres.start(home, RunningPostgres.PROGRAMS, Map.of());
    }

    private String rows() {
        return EmbeddedPostgresTest.query(
                postgres.jdbcUrl(),
                postgres.ownerUser(),
                postgres.ownerPassword(),
                "select string_agg(state, ',') from event");
    }

    private Path processFile() {
        return home.resolve("pgdata").resolve("postmaster.pid");
    }

    private String serverProcess() throws IOException {
        return Files.readAllLines(processFile()).getFirst().strip();
    }
}
