package io.tokentally.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tokentally.boot.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One PostgreSQL for the whole suite: a container where an engine answers, the embedded one otherwise. The two roles are
 * those of production, so row security is on trial in every test.
 */
public class PostgresForTests implements QuarkusTestResourceLifecycleManager {

    /** Where the server of this suite is, and who may log in. */
    public record Server(String url, String ownerUser, String ownerPassword, String appUser, String appPassword) {

        /** A connection of the serving role with nothing bound, or with what {@code options} bind. */
        public Connection connectAsApp(String options) throws SQLException {
            String bound = options.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + "options=" + options;
            return DriverManager.getConnection(bound, appUser, appPassword);
        }

        public Connection connectAsOwner() throws SQLException {
            return DriverManager.getConnection(url, ownerUser, ownerPassword);
        }
    }

    private static final Path TARGET = Path.of("target", "for-tests").toAbsolutePath();

    private static Server server;
    private static KeyPair keys;
    private static Path signIns;

    private AutoCloseable running;
    private SignInProvider provider;

    public static Server server() {
        return server;
    }

    /** Signs the access tokens that the service of this suite believes. */
    public static PrivateKey signingKey() {
        return keys.getPrivate();
    }

    public static PublicKey verifyingKey() {
        return keys.getPublic();
    }

    /** Where the service of this suite looks for one-time links. */
    public static Path signIns() {
        return signIns;
    }

    @Override
    public Map<String, String> start() {
        server = DockerClientFactory.instance().isDockerAvailable() ? startContainer() : startEmbedded();
        keys = newKeys();
        var settings = new HashMap<String, String>();
        settings.put("quarkus.datasource.jdbc.url", server.url);
        settings.put("quarkus.datasource.username", server.appUser);
        settings.put("quarkus.datasource.password", server.appPassword);
        settings.put("quarkus.flyway.username", server.ownerUser);
        settings.put("quarkus.flyway.password", server.ownerPassword);
        settings.put("mp.jwt.verify.publickey.location", publicKeyFile().toUri().toString());
        settings.put("tokentally.tenants.create-on-first-write", "true");
        settings.put("tokentally.identity.own-keys", "true");
        signIns = folder("tokentally-sign-in");
        settings.put("tokentally.portal.sign-in-folder", signIns.toString());
        provider = new SignInProvider();
        settings.put("tokentally.portal.identity-provider.authority", SignInProvider.issuer());
        settings.put("tokentally.portal.identity-provider.client-id", SignInProvider.CLIENT);
        return settings;
    }

    @Override
    public void stop() {
        provider.close();
        try {
            running.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Server startEmbedded() {
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(folder("tokentally-test"), TARGET.resolve("postgresql"), Map.of());
        running = postgres;
        return new Server(
                postgres.jdbcUrl(),
                postgres.ownerUser(),
                postgres.ownerPassword(),
                postgres.appUser(),
                postgres.appPassword());
    }

    private Server startContainer() {
        var postgres = new PostgreSQLContainer("postgres:18").withDatabaseName("tokentally");
        postgres.start();
        running = postgres;
        try (Connection superuser = DriverManager.getConnection(
                        postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword());
                var statement = superuser.createStatement()) {
            statement.execute("create role tokentally_owner login password 'owner'");
            statement.execute("create role tokentally_app login password 'app'");
            statement.execute("alter database tokentally owner to tokentally_owner");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return new Server(postgres.getJdbcUrl(), "tokentally_owner", "owner", "tokentally_app", "app");
    }

    private static KeyPair newKeys() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Path publicKeyFile() {
        String encoded = Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded());
        try {
            return Files.writeString(
                    folder("tokentally-keys").resolve("public-key.pem"),
                    "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path folder(String name) {
        try {
            return Files.createTempDirectory(Files.createDirectories(TARGET), name);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
