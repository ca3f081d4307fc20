package io.tokentally.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A process of its own that starts the database, writes a row, and lives until it is killed. */
final class KilledService {

    public static void main(String[] words) throws IOException, SQLException {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(words[0]), Path.of(words[1]), Map.of());
        insertInto(postgres);
        System.out.println("ready");
        System.in.read();
    }

    private static void insertInto(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        postgres.jdbcUrl(), postgres.ownerUser(), postgres.ownerPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists event");
            statement.execute("create table event as select 'acknowledged' as state");
        }
    }

    /** Returns when the row is committed and the process is gone, without a farewell. */
    static void leaveDatabaseBehindIn(Path home) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledService.class.getName(),
                        home.toString(),
                        RunningPostgres.PROGRAMS.toAbsolutePath().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] said = process.getInputStream().readNBytes("ready".length());
        process.destroyForcibly().waitFor();
        if (!new String(said, StandardCharsets.UTF_8).equals("ready")) {
            throw new AssertionError("the service to be killed did not start");
        }
    }
}
