package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed service, a killed server or a reboot leaves behind must not keep the next start from working. */
class EmbeddedPostgresRecoveryTest {

    @TempDir
    static Path home;

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
