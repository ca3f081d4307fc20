package io.tokentally.bench;

import io.tokentally.boot.EmbeddedPostgres;
import io.tokentally.boot.Grant;
import io.tokentally.boot.SigningKeys;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** A database, a service on it, and who may ask it. */
final class FilledDatabase implements AutoCloseable {

    private static final String PATIENT = "-Dquarkus.datasource.jdbc.additional-jdbc-properties.socketTimeout=0";

    /** @param owner whose password may be empty: then nothing is done as the owner */
    record Logins(String url, String app, String appPassword, String owner, String ownerPassword) {

        static Logins of(EmbeddedPostgres postgres, String database) {
            return new Logins(
                    postgres.jdbcUrl(database),
                    postgres.appUser(),
                    postgres.appPassword(),
                    postgres.ownerUser(),
                    postgres.ownerPassword());
        }
    }

    private final Logins logins;
    private final SigningKeys keys;
    private final Service service;

    private FilledDatabase(Logins logins, SigningKeys keys, Service service) {
        this.logins = logins;
        this.keys = keys;
        this.service = service;
    }

    /**
     * Brings the schema and the catalogue into the database and serves from it, as the product does.
     *
     * @param home whose keys sign the access tokens
     */
    static FilledDatabase serving(Logins logins, Path home, Path log) throws IOException, InterruptedException {
        return serving(logins, logins.url, home, log, Map.of());
    }

    /** The same, for adding up and proving millions of rows in one statement: with memory and without haste. */
    static FilledDatabase filling(Logins logins, Path home, Path log) throws IOException, InterruptedException {
        String url = logins.url + (logins.url.contains("?") ? "&" : "?") + "options=-c%20work_mem=256MB";
        return serving(logins, url, home, log, Map.of("TOKENTALLY_JAVA_OPTIONS", PATIENT));
    }

    private static FilledDatabase serving(Logins logins, String url, Path home, Path log, Map<String, String> more)
            throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("TOKENTALLY_HOME", home.toString());
        settings.put("TOKENTALLY_DATABASE_URL", url);
        settings.put("TOKENTALLY_DATABASE_USER", logins.app);
        settings.put("TOKENTALLY_DATABASE_PASSWORD", logins.appPassword);
        settings.put("TOKENTALLY_DATABASE_OWNER_USER", logins.owner);
        settings.put("TOKENTALLY_DATABASE_OWNER_PASSWORD", logins.ownerPassword);
        settings.put("TOKENTALLY_RATE_LIMIT_ADMIN", "0");
        settings.put("TOKENTALLY_RATE_LIMIT_MEMBER", "0");
        Service service = Service.start(settings, log);
        Runtime.getRuntime().addShutdownHook(new Thread(service::close, "stop the service"));
        return new FilledDatabase(logins, SigningKeys.in(home.resolve("keys")), service);
    }

    Service service() {
        return service;
    }

    Connection connectAsApp() throws SQLException {
        return connect(logins.app, logins.appPassword);
    }

    Connection connectAsOwner() throws SQLException {
        return connect(logins.owner, logins.ownerPassword);
    }

    String adminOf(String tenant) {
        return mint(Optional.of(tenant), Optional.empty(), "admin");
    }

    String memberOf(String tenant, String user) {
        return mint(Optional.of(tenant), Optional.of(new UserId(user)), "member");
    }

    /** As the operator. Returns the body. */
    String ask(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = service.send(
                method, path, mint(Optional.empty(), Optional.empty(), "platform-admin"), "application/json", body);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException("%s %s: %d %s".formatted(method, path, answer.statusCode(), answer.body()));
        }
        return answer.body();
    }

    @Override
    public void close() {
        service.close();
    }

    private String mint(Optional<String> tenant, Optional<UserId> user, String role) {
        return keys.mint(new Grant(tenant.map(TenantId::new), user, List.of(role), Duration.ofDays(1)), Instant.now());
    }

    private Connection connect(String user, String password) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        return DriverManager.getConnection(logins.url, login);
    }
}
