package io.tokentally.bench;

import io.tokentally.boot.EmbeddedPostgres;
import io.tokentally.boot.Grant;
import io.tokentally.boot.SigningKeys;
import io.tokentally.shared.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A database and two services on it: as it is, and with one transaction per request. Closing it deletes everything. */
final class Installation implements AutoCloseable {

    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final SigningKeys keys;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Service grouping;
    private Service plain;

    private Installation(Path folder) {
        this.folder = folder;
        this.postgres = EmbeddedPostgres.start(folder);
        this.keys = SigningKeys.in(folder.resolve("keys"));
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "remove the benchmark"));
    }

    static Installation in(Path folder) throws IOException, InterruptedException {
        Installation installation = new Installation(folder);
        try {
            installation.grouping = installation.service("grouping", "true");
            installation.plain = installation.service("plain", "false");
            return installation;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            installation.close();
            throw failure;
        }
    }

    Path folder() {
        return folder;
    }

    /** The product as it is: commands wait in lanes and are committed together. */
    Service grouping() {
        return grouping;
    }

    /** The same program with one transaction per request. */
    Service plain() {
        return plain;
    }

    String token(String tenant, String role) {
        return keys.mint(
                new Grant(Optional.of(new TenantId(tenant)), Optional.empty(), List.of(role), Duration.ofDays(1)),
                Instant.now());
    }

    /** Under row security, as the service. */
    Connection connectAsApp() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.appUser(), postgres.appPassword());
    }

    Connection connectAsOwner() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.ownerUser(), postgres.ownerPassword());
    }

    /** Past row security: sees all tenants. */
    Connection connectAsSuperuser() throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.superuser(), postgres.superuserPassword());
    }

    /** The one value of a query over all tenants. */
    String one(String query, Object... arguments) throws SQLException {
        try (Connection connection = connectAsSuperuser();
                var statement = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            var row = statement.executeQuery();
            row.next();
            return row.getString(1);
        }
    }

    /** Once; Ctrl-C does it too. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        Stream.of(Optional.ofNullable(grouping), Optional.ofNullable(plain))
                .flatMap(Optional::stream)
                .forEach(Service::close);
        postgres.close();
        delete(folder);
    }

    private Service service(String name, String groupCommit) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>();
        settings.put("TOKENTALLY_HOME", folder.toString());
        settings.put("TOKENTALLY_DATABASE_URL", postgres.jdbcUrl());
        settings.put("TOKENTALLY_DATABASE_USER", postgres.appUser());
        settings.put("TOKENTALLY_DATABASE_PASSWORD", postgres.appPassword());
        settings.put("TOKENTALLY_DATABASE_OWNER_USER", postgres.ownerUser());
        settings.put("TOKENTALLY_DATABASE_OWNER_PASSWORD", postgres.ownerPassword());
        settings.put("TOKENTALLY_LEDGER_GROUP_COMMIT", groupCommit);
        return Service.start(settings, folder.resolve(name + ".log"));
    }

    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
