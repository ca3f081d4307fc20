package io.tokentally.boot;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Opens single connections before there is a pool. */
final class Connections {

    /** Crash recovery reads the log written since the last checkpoint, which may be long. */
    static final Duration RECOVERY = Duration.ofMinutes(5);

    private static final String STILL_STARTING = "57P03";

    private Connections() {}

    static Connection open(String jdbcUrl, Login login) throws SQLException {
        Properties properties = new Properties();
        if (!login.user().isEmpty()) {
            properties.put("user", login.user());
        }
        if (!login.password().isEmpty()) {
            properties.put("password", login.password());
        }
        properties.put("loginTimeout", "10");
        properties.put("ApplicationName", "tokentally start");
        return DriverManager.getConnection(jdbcUrl, properties);
    }

    /**
     * Waits while the server is starting or recovering.
     *
     * @param silence how long a server may not answer at all
     * @param worthIt asked before each further attempt
     */
    static Connection openPatiently(String jdbcUrl, Login login, Duration silence, BooleanSupplier worthIt)
            throws SQLException {
        Instant start = Instant.now();
        while (true) {
            try {
                return open(jdbcUrl, login);
            } catch (SQLException e) {
                if (!Instant.now().isBefore(start.plus(patience(e, silence))) || !worthIt.getAsBoolean()) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    private static Duration patience(SQLException refusal, Duration silence) {
        return switch (String.valueOf(refusal.getSQLState())) {
            case STILL_STARTING -> RECOVERY;
            case "08001", "08006" -> silence;
            default -> Duration.ZERO;
        };
    }
}
