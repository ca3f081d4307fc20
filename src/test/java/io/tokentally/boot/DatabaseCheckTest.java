package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.tokentally.boot.DatabaseCheck.Server;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

class DatabaseCheckTest {

    private static final DatabaseUrl URL = DatabaseUrl.parse("x", "postgresql://db:5432/t");

    private final EmbeddedPostgres postgres = RunningPostgres.POSTGRES;

    @Test
    void acceptsOwnerAndServingRoleOfTheEmbeddedDatabase() {
        Database database = Database.of(postgres);
        assertThat(DatabaseCheck.refuseIfUnfit(database))
                .isEqualTo(new DatabaseCheck.Fit(database, "tokentally_app", false));
    }

    @Test
    void refusesASuperuser() {
        refused(with(postgres.jdbcUrl(), postgres.superuser(), postgres.superuserPassword()))
                .withMessageStartingWith("The role postgres at " + place() + " is a superuser, which row security");
    }

    @Test
    void saysThatThePasswordIsWrong() {
        refused(with(postgres.jdbcUrl(), postgres.appUser(), "wrong"))
                .withMessage(
                        "The database at %s refused user tokentally_app (FATAL: password authentication failed for"
                                + " user \"tokentally_app\").",
                        place());
    }

    @Test
    void saysThatTheDatabaseIsMissing() {
        refused(with(postgres.jdbcUrl("nowhere"), postgres.appUser(), postgres.appPassword()))
                .withMessageContaining("has no such database");
    }

    @Test
    void saysThatNobodyAnswers() {
        refused(with("jdbc:postgresql://127.0.0.1:1/tokentally", "app", "x"))
                .withMessage("No PostgreSQL answers at 127.0.0.1:1/tokentally (Connection refused).");
    }

    @Test
    void acceptsPostgres16() {
        assertThatNoException()
                .isThrownBy(() ->
                        DatabaseCheck.refuseIfUnfit(new Server(160_000, true, true, "app", false, false, false), URL));
    }

    @Test
    void refusesPostgres15() {
        refused(new Server(150_099, true, true, "app", false, false, false))
                .withMessage("The server at db:5432/t is PostgreSQL 15; Tokentally needs 16 or newer.");
    }

    @Test
    void refusesAServerThatLosesWhatItAcknowledged() {
        refused(new Server(180_006, false, true, "app", false, false, false))
                .withMessageContaining("runs with fsync=off");
        refused(new Server(180_006, true, false, "app", false, false, false))
                .withMessageContaining("runs with synchronous_commit=off");
    }

    @Test
    void refusesARoleThatBypassesRowSecurity() {
        refused(new Server(180_006, true, true, "app", false, true, false)).withMessageContaining("is BYPASSRLS");
    }

    private static ThrowableAssertAlternative<StartRefused> refused(Database database) {
        return assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> DatabaseCheck.refuseIfUnfit(database));
    }

    private static ThrowableAssertAlternative<StartRefused> refused(Server server) {
        return assertThatExceptionOfType(StartRefused.class).isThrownBy(() -> DatabaseCheck.refuseIfUnfit(server, URL));
    }

    private static Database with(String jdbcUrl, String user, String password) {
        DatabaseUrl url = DatabaseUrl.parse("x", jdbcUrl);
        Login login = new Login(user, password);
        return new Database(url, login, url, login);
    }

    private String place() {
        return Database.of(postgres).url().place();
    }
}
