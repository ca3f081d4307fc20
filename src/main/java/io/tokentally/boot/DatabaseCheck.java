package io.tokentally.boot;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;

/** Asks a database, before anything is served from it, whether it keeps what is written and who may see what. */
final class DatabaseCheck {

    private static final int OLDEST_MAJOR_VERSION = 16;

    private DatabaseCheck() {}

    /**
     * What the server says of itself and of the role that logged in.
     *
     * @param role need not be the name it logs in with, where a pooler stands between
     * @param pooled whether a pooler stands between, which may hand the session to others after each transaction
     */
    record Server(
            int version,
            boolean fsync,
            boolean commitsDurably,
            String role,
            boolean superuser,
            boolean bypassesRowSecurity,
            boolean pooled) {}

    /**
     * A database to serve from.
     *
     * @param database its URLs made fit for the poolers that were met
     * @param pooled whether requests go through one
     */
    record Fit(Database database, String servingRole, boolean pooled) {}

    static Fit refuseIfUnfit(Database database) {
        Server owning = ask(database.ownerUrl(), database.owner());
        refuseIfUnfit(owning, database.ownerUrl());
        Server serving = ask(database.url(), database.app());
        refuseIfUnfit(serving, database.url());
        Database fit = new Database(
                fit(database.url(), serving), database.app(), fit(database.ownerUrl(), owning), database.owner());
        return new Fit(fit, serving.role(), serving.pooled());
    }

    private static DatabaseUrl fit(DatabaseUrl url, Server server) {
        return server.pooled() ? url.withNothingPreparedByName() : url;
    }

    static void refuseIfUnfit(Server server, DatabaseUrl url) {
        if (server.version() / 10_000 < OLDEST_MAJOR_VERSION) {
            throw new StartRefused("The server at %s is PostgreSQL %d; Tokentally needs %d or newer."
                    .formatted(url.place(), server.version() / 10_000, OLDEST_MAJOR_VERSION));
        }
        if (!server.fsync() || !server.commitsDurably()) {
            throw new StartRefused("The server at %s runs with %s=off and would lose acknowledged events in a crash."
                    .formatted(url.place(), server.fsync() ? "synchronous_commit" : "fsync"));
        }
        if (server.superuser() || server.bypassesRowSecurity()) {
            throw new StartRefused(("The role %s at %s is %s, which row security does not bind; give Tokentally a role"
                            + " without that.")
                    .formatted(server.role(), url.place(), server.superuser() ? "a superuser" : "BYPASSRLS"));
        }
    }

    private static Server ask(DatabaseUrl url, Login login) {
        try (Connection connection = Connections.openPatiently(url.jdbc(), login, Duration.ZERO, () -> true);
                ResultSet row = connection.createStatement().executeQuery("""
                        select current_setting('server_version_num')::int, current_setting('fsync')::boolean,
                               current_setting('synchronous_commit') <> 'off', rolname, rolsuper, rolbypassrls,
                               pg_backend_pid()
                        from pg_roles where rolname = current_user
                        """)) {
            row.next();
            return new Server(
                    row.getInt(1),
                    row.getBoolean(2),
                    row.getBoolean(3),
                    row.getString(4),
                    row.getBoolean(5),
                    row.getBoolean(6),
                    // a pooler introduces itself by a number of its own
                    row.getInt(7) != connection.unwrap(PGConnection.class).getBackendPID());
        } catch (SQLException e) {
            throw new StartRefused(sentence(url, login, e), e);
        }
    }

    private static String sentence(DatabaseUrl url, Login login, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.startsWith("28") || state.equals("08004")) {
            return "The database at %s refused user %s (%s).".formatted(url.place(), login.user(), Reason.of(e));
        }
        if (state.equals("3D000")) {
            return "The server at %s has no such database; create it for the owner role.".formatted(url.place());
        }
        if (state.startsWith("08")) {
            return "No PostgreSQL answers at %s (%s).".formatted(url.place(), Reason.ofRootOf(e));
        }
        return "The database at %s refused us (%s).".formatted(url.place(), Reason.of(e));
    }
}
