package io.tokentally.bench;

import io.tokentally.bench.FilledDatabase.Logins;
import io.tokentally.bench.ReadRounds.Pair;
import io.tokentally.bench.ReadRounds.Ways;
import io.tokentally.bench.Reads.Question;
import io.tokentally.boot.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Fills a small and a large tenant and asks both the same.
 *
 * <p>Each has a database and a service of its own, on one PostgreSQL. In one database the small tenant's questions would
 * be planned for tables that the large one has filled, and its rows found under the large one's indexes: it would be slow
 * for its neighbour's sake, and the ratio would flatter.
 */
@Command(
        name = "reads",
        description = "Measures reports at two sizes of history, and beside the plain views over raw rows.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ReadsCommand implements Callable<Integer> {

    private static final String TENANT = "filled";

    /** How many times faster than over the rows. */
    private static final double FASTER = 1_000;

    @Option(
            names = "--small",
            defaultValue = "10k",
            converter = Count.class,
            description = "calls of the small tenant (default: ${DEFAULT-VALUE})")
    private long small;

    @Option(
            names = "--large",
            defaultValue = "10M",
            converter = Count.class,
            description = "calls of the large one; 10M take 10 GB of disk (default: ${DEFAULT-VALUE})")
    private long large;

    @Option(names = "--users", defaultValue = "10000", description = "of either (default: ${DEFAULT-VALUE})")
    private int users;

    @Option(names = "--days", defaultValue = "90", description = "of either (default: ${DEFAULT-VALUE})")
    private int days;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "each view over raw rows is asked once in a round (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--no-check", negatable = false, description = "do without the self-check")
    private boolean unchecked;

    @Option(names = "--markdown", description = "print tables as Markdown")
    private boolean markdown;

    @Option(names = "--folder", paramLabel = "DIR", description = "where the database works (default: target)")
    private Path folder = Path.of(System.getProperty("tokentally.here", "."), "target");

    private final Instant until = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Override
    public Integer call() throws Exception {
        Path place = Files.createTempDirectory(Files.createDirectories(folder.toAbsolutePath()), "reads-");
        try (OwnServer server = OwnServer.inPassing(place)) {
            createDatabase(server.postgres(), "small");
            return run(server.postgres(), place);
        }
    }

    private int run(EmbeddedPostgres postgres, Path place) throws Exception {
        Logins ofSmall = Logins.of(postgres, "small");
        Logins ofLarge = Logins.of(postgres, "tokentally");
        fill(ofSmall, small, place);
        fill(ofLarge, large, place);
        try (FilledDatabase smallOne = FilledDatabase.serving(ofSmall, place, place.resolve("small.log"));
                FilledDatabase largeOne = FilledDatabase.serving(ofLarge, place, place.resolve("large.log"));
                Connection plain = asSuperuser(postgres, "tokentally")) {
            measure(smallOne, largeOne, plain, place);
        }
        return unchecked || prove(ofSmall, small, place) & prove(ofLarge, large, place) ? 0 : 1;
    }

    private void fill(Logins logins, long events, Path place) throws Exception {
        try (FilledDatabase database = FilledDatabase.filling(logins, place, place.resolve("fill.log"))) {
            FilledTenant tenant = new FilledTenant(database, shape(events), System.err);
            tenant.fill();
            tenant.sayFigures();
        }
    }

    /** What was measured, was it right? */
    private boolean prove(Logins logins, long events, Path place) throws Exception {
        try (FilledDatabase database = FilledDatabase.filling(logins, place, place.resolve("check.log"))) {
            return new FilledTenant(database, shape(events), System.out).prove();
        }
    }

    private Shape shape(long events) {
        return new Shape(TENANT, events, users, days, until, 1);
    }

    private void measure(FilledDatabase ofSmall, FilledDatabase ofLarge, Connection plain, Path place)
            throws Exception {
        try (Reader smallReader = Reader.of(TENANT, ofSmall);
                Reader largeReader = Reader.of(TENANT, ofLarge);
                Connection bound = ofLarge.connectAsApp()) {
            try (Statement bind = bound.createStatement()) {
                bind.execute("set tokentally.tenant = '" + TENANT + "'");
            }
            ReadRounds asked = new ReadRounds(smallReader, largeReader, Reads.questions(shape(large)));
            asked.warmUp();
            for (int round = 1; round <= rounds; round++) {
                asked.round(bound, plain);
                System.err.printf("round %d of %d%n", round, rounds);
            }
            System.out.println("\n" + Machine.measuredIn(place, version(plain)) + "\n");
            print(questions(asked));
            print(views(asked));
        }
    }

    private void print(Table table) {
        System.out.println((markdown ? table.asMarkdown() : table.asText()) + "\n");
    }

    private Table questions(ReadRounds asked) {
        var rows = new ArrayList<List<String>>();
        asked.questions().forEach((question, times) -> rows.add(cells(question, times)));
        return new Table(
                List.of(
                        "Report, ms",
                        "%,d".formatted(small) + " p50",
                        "p95",
                        "%,d".formatted(large) + " p50",
                        "p95",
                        "ratio",
                        "target",
                        "met"),
                Set.of(0),
                rows);
    }

    private static List<String> cells(Question question, Pair times) {
        boolean measured = question.most() != null;
        return List.of(
                question.name(),
                times.small().p50(),
                times.small().p95(),
                times.large().p50(),
                times.large().p95(),
                String.format(Locale.ROOT, "%.2f", times.ratio()),
                measured ? "≤ %.0f".formatted(question.most()) : "",
                measured ? met(times.ratio() <= question.most()) : "");
    }

    private static Table views(ReadRounds asked) {
        var rows = new ArrayList<List<String>>();
        asked.views().forEach((view, times) -> rows.add(cells(view, times)));
        return new Table(
                List.of(
                        "View, ms",
                        "over rows",
                        "our view",
                        "times faster",
                        "met",
                        "our report",
                        "times faster",
                        "met",
                        "target"),
                Set.of(0),
                rows);
    }

    private static List<String> cells(Reads.View view, Ways times) {
        double byView = times.plain().median() / times.view().median();
        double byReport = times.plain().median() / times.report().median();
        return List.of(
                view.name(),
                times.plain().p50(),
                times.view().p50(),
                "%,.0f".formatted(byView),
                met(byView >= FASTER),
                times.report().p50(),
                "%,.0f".formatted(byReport),
                met(byReport >= FASTER),
                "≥ %,.0f".formatted(FASTER));
    }

    private static String met(boolean met) {
        return met ? "yes" : "no";
    }

    private static void createDatabase(EmbeddedPostgres postgres, String name) throws SQLException {
        try (Connection connection = asSuperuser(postgres, "postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create database %s owner %s".formatted(name, postgres.ownerUser()));
        }
    }

    private static Connection asSuperuser(EmbeddedPostgres postgres, String database) throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(database), postgres.superuser(), postgres.superuserPassword());
    }

    private static String version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("show server_version")) {
            row.next();
            return row.getString(1);
        }
    }
}
