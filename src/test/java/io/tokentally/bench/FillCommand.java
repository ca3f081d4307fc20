package io.tokentally.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills a tenant with made-up history and leaves it there, to be served and looked at. */
@Command(
        name = "fill",
        description = {
            "Fills a new tenant with made-up calls of believable shape, ending now.",
            "They and their sums are written past the service, whose self-check then proves them."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class FillCommand implements Callable<Integer> {

    @Option(
            names = "--events",
            defaultValue = "100k",
            converter = Count.class,
            description = "how many calls, such as 10k or 10M (default: ${DEFAULT-VALUE})")
    private long events;

    @Option(names = "--users", defaultValue = "10000", description = "who make them (default: ${DEFAULT-VALUE})")
    private int users;

    @Option(names = "--days", defaultValue = "90", description = "in how many days (default: ${DEFAULT-VALUE})")
    private int days;

    @Option(
            names = "--tenant",
            defaultValue = "filled",
            description = "a tenant that does not exist yet (default: ${DEFAULT-VALUE})")
    private String tenant;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "another one makes other calls (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--until",
            paramLabel = "INSTANT",
            description = "when the last day ends, such as 2026-09-01T00:00:00Z (default: now)")
    private Instant until = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Option(names = "--no-check", negatable = false, description = "do without the self-check")
    private boolean unchecked;

    @ArgGroup
    private Where where = new Where();

    private static final class Where {

        @Option(
                names = "--home",
                paramLabel = "DIR",
                description = "a data folder, which nobody serves at the moment (default: TOKENTALLY_HOME, or data)")
        private Path home;

        @Option(
                names = "--database",
                paramLabel = "URL",
                description = {
                    "or a database, as jdbc:postgresql://host:port/database;",
                    "who logs in is in TOKENTALLY_DATABASE_USER, _PASSWORD, _OWNER_USER and _OWNER_PASSWORD"
                })
        private String database;
    }

    @Override
    public Integer call() throws Exception {
        return where.database == null ? fillFolder(home()) : fillOutside();
    }

    private int fillFolder(Path home) throws Exception {
        try (OwnServer server = OwnServer.in(home);
                FilledDatabase database = FilledDatabase.filling(
                        FilledDatabase.Logins.of(server.postgres(), "tokentally"), home, home.resolve("fill.log"))) {
            return fill(database);
        }
    }

    /** The keys that its requests are signed with are good for nothing else. */
    private int fillOutside() throws Exception {
        Path keys = Files.createTempDirectory("tokentally-fill-");
        try (FilledDatabase database = FilledDatabase.filling(loginsOfEnvironment(), keys, keys.resolve("fill.log"))) {
            return fill(database);
        } finally {
            Installation.delete(keys);
        }
    }

    private int fill(FilledDatabase database) throws Exception {
        FilledTenant filled =
                new FilledTenant(database, new Shape(tenant, events, users, days, until, seed), System.out);
        filled.fill();
        boolean sound = unchecked || filled.prove();
        filled.sayFigures();
        return sound ? 0 : 1;
    }

    private FilledDatabase.Logins loginsOfEnvironment() {
        String app = environment("USER", "");
        String password = environment("PASSWORD", "");
        return new FilledDatabase.Logins(
                where.database, app, password, environment("OWNER_USER", app), environment("OWNER_PASSWORD", password));
    }

    private static String environment(String name, String otherwise) {
        return System.getenv().getOrDefault("TOKENTALLY_DATABASE_" + name, otherwise);
    }

    private Path home() {
        String chosen =
                System.getenv().getOrDefault("TOKENTALLY_HOME", System.getProperty("tokentally.here", ".") + "/data");
        return (where.home == null ? Path.of(chosen) : where.home).toAbsolutePath();
    }
}
