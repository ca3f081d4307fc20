package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    private final EmbeddedPostgres postgres = RunningPostgres.POSTGRES;
    private final Path home = RunningPostgres.HOME;

    @Test
    void runsTheVersionItsFolderIsNamedFor() {
        assertThat(asSuperuser("show server_version")).isEqualTo(PostgresPrograms.VERSION);
    }

    @Test
    void isDurable() {
        assertThat(asSuperuser("select current_setting('fsync') || current_setting('synchronous_commit')"
                        + " || current_setting('data_checksums')"))
                .isEqualTo("ononon");
    }

    @Test
    void sortsBytewiseAndSpeaksUtf8() {
        assertThat(asSuperuser("select datlocprovider::text || ' ' || datlocale || ' ' || pg_encoding_to_char(encoding)"
                        + " from pg_database where datname = 'tokentally'"))
                .isEqualTo("b C.UTF-8 UTF8");
    }

    @Test
    void listensOnTheLoopbackAddressOnly() {
        assertThat(asSuperuser(
                        "select current_setting('listen_addresses') || current_setting('unix_socket_directories')"))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void givesTheDatabaseToAnOwnerWhoIsNotSuperuser() {
        assertThat(asSuperuser("select rolname || rolsuper || rolbypassrls || rolcreaterole || rolcreatedb"
                        + " from pg_roles r join pg_database d on d.datdba = r.oid where datname = 'tokentally'"))
                .isEqualTo("tokentally_ownerfalsefalsefalsefalse");
    }

    @Test
    void letsTheServingRoleLogInAndNothingElse() {
        assertThat(
                        query(
                                postgres.jdbcUrl(),
                                postgres.appUser(),
                                postgres.appPassword(),
                                "select rolname || rolsuper"
                                        + " || rolbypassrls || rolcreaterole || rolcreatedb from pg_roles where rolname = current_user"))
                .isEqualTo("tokentally_appfalsefalsefalsefalse");
    }

    @Test
    void refusesAWrongPassword() {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> connect(postgres.jdbcUrl(), postgres.appUser(), "wrong"))
                .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void keepsPasswordsAndRowsFromOtherUsersOfTheMachine() throws IOException {
        assertThat(permissions(home.resolve("database.properties"))).isEqualTo("rw-------");
        assertThat(permissions(home.resolve("pgdata"))).isEqualTo("rwx------");
        assertThat(home.resolve("initial-password")).doesNotExist();
    }

    @Test
    void refusesASecondStartInTheSameFolder() {
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> EmbeddedPostgres.start(home, RunningPostgres.PROGRAMS, Map.of()))
                .withMessage(
                        "The data folder %s is in use by process %d; stop that one, or set TOKENTALLY_HOME to a folder of"
                                + " its own.",
                        home, ProcessHandle.current().pid());
    }

    @Test
    void refusesAFolderOfAnotherPostgresVersion(@TempDir Path old) throws IOException {
        Files.writeString(Files.createDirectories(old.resolve("pgdata")).resolve("PG_VERSION"), "17\n");
        Files.writeString(old.resolve("database.properties"), "postgres=x\n");
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> EmbeddedPostgres.start(old, RunningPostgres.PROGRAMS, Map.of()))
                .withMessageContaining("was written by PostgreSQL 17 and this is 18; dump it with PostgreSQL 17");
    }

    @Test
    void refusesAFolderThatLostItsPasswords(@TempDir Path torn) throws IOException {
        Files.createDirectories(torn.resolve("pgdata"));
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> EmbeddedPostgres.start(torn, RunningPostgres.PROGRAMS, Map.of()))
                .withMessageContaining("database.properties is missing");
    }

    @Test
    void refusesAFileInTheFoldersPlace(@TempDir Path parent) throws IOException {
        Path file = Files.createFile(parent.resolve("data"));
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> EmbeddedPostgres.start(file, RunningPostgres.PROGRAMS, Map.of()))
                .withMessageContaining("cannot be made");
    }

    private String asSuperuser(String sql) {
        return query(postgres.jdbcUrl(), postgres.superuser(), postgres.superuserPassword(), sql);
    }

    static String query(String url, String user, String password, String sql) {
        try (Connection connection = connect(url, user, password);
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Connection connect(String url, String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    static List<String> filesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
