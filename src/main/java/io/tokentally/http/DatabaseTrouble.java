package io.tokentally.http;

import io.tokentally.shared.SqlFailures;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** A database that is away, full or busy. The caller learns that the same request may be sent again. */
enum DatabaseTrouble {
    AWAY(
            503,
            "database_unavailable",
            "The database cannot be reached. Whether this request was written is not known: send it again with the same"
                    + " event_id, and it counts once."),
    FULL(503, "storage_full", "The database has no room left. Nothing was written."),
    BUSY(503, "busy", "The database is busy. Nothing was written."),
    RACE(
            409,
            "concurrent_change",
            "Somebody else made the same thing at this moment. Nothing was written; send it again.");

    private static final Logger LOG = Logger.getLogger(DatabaseTrouble.class);
    static final String RETRY_AFTER_SECONDS = "5";

    private final int status;
    private final String code;
    private final String detail;

    DatabaseTrouble(int status, String code, String detail) {
        this.status = status;
        this.code = code;
        this.detail = detail;
    }

    static Optional<DatabaseTrouble> in(Throwable failure) {
        Optional<DatabaseTrouble> known =
                SqlFailures.find(failure, sql -> of(sql).isPresent()).flatMap(DatabaseTrouble::of);
        return known.or(() -> SqlFailures.ofCommit(failure).map(unknownOutcome -> AWAY));
    }

    Response answer(Throwable failure) {
        return answer(failure, detail);
    }

    Response answer(Throwable failure, String detail) {
        LOG.warnf("%s: %s", code, failure.getMessage());
        return Problem.response(status, code, detail, Map.of())
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                .build();
    }

    /** By SQLSTATE: 08 connection, 57P shutdown and crash, 53100 disk full, 53 and 55P03 and 40 short of something,
     * 23505 a row that another transaction made first. */
    private static Optional<DatabaseTrouble> of(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (state.startsWith("08") || state.startsWith("57P")) {
            return Optional.of(AWAY);
        }
        if (state.equals("53100")) {
            return Optional.of(FULL);
        }
        if (state.startsWith("53") || state.equals("55P03") || state.equals("57014") || state.startsWith("40")) {
            return Optional.of(BUSY);
        }
        if (state.equals("23505")) {
            return Optional.of(RACE);
        }
        boolean noConnection = failure instanceof SQLTransientException
                || String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("acquisition timeout");
        return noConnection ? Optional.of(BUSY) : Optional.empty();
    }
}
