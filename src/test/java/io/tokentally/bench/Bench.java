package io.tokentally.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a database and two services of its own, loads them from this process, prints one table, leaves nothing. */
@Command(
        name = "bench",
        description = "Measures writes and limits against their baselines, in interleaved runs.",
        sortOptions = false,
        subcommands = {FillCommand.class, ReadsCommand.class},
        mixinStandardHelpOptions = true)
final class Bench implements Callable<Integer> {

    @Option(names = "--seconds", defaultValue = "8", description = "length of one run (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "runs of each side (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--quick", description = "two short rounds: to see that it works, not what is fast")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "WORK",
            description = "some of the works: single, hot, caller, tenants, batch, limits")
    private List<String> only = Works.ALL;

    @Option(names = "--rollups", description = "instead: what each table of sums costs a writer")
    private boolean rollups;

    @Option(names = "--markdown", description = "print the table as Markdown")
    private boolean markdown;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "where the database works; on a real disk, or syncs cost nothing (default: target)")
    private Path folder = Path.of(System.getProperty("tokentally.here", "."), "target");

    @Spec
    private CommandSpec spec;

    public static void main(String... words) {
        System.exit(new CommandLine(new Bench()).execute(words));
    }

    @Override
    public Integer call() throws Exception {
        if (!Works.ALL.containsAll(only)) {
            throw new ParameterException(spec.commandLine(), "--only takes " + String.join(", ", Works.ALL));
        }
        Path place = Files.createTempDirectory(Files.createDirectories(folder.toAbsolutePath()), "bench-");
        try (Installation installation = Installation.in(place)) {
            return rollups ? measureRollups(installation) : measure(installation);
        }
    }

    private int measure(Installation installation) throws Exception {
        Machine machine = machine(installation);
        Works works = Works.on(installation, quick ? 2_000 : 20_000);
        var results = new ArrayList<Result>();
        for (String work : only) {
            results.addAll(rounds().of(works.contest(work)));
        }
        Report report = new Report(machine, results);
        if (only.contains("limits")) {
            works.promises().noOvershoot(report);
        }
        works.promises().nothingLost(report);
        if (quick) {
            report.note("A quick run: it shows that everything works, not what is fast.");
        }
        return print(report);
    }

    private int measureRollups(Installation installation) throws Exception {
        Machine machine = machine(installation);
        Works works = Works.on(installation, 100);
        Report report = new Report(machine, rounds().of(works.rollups()));
        report.note("A ratio is the speed of the writer that leaves the table out over the one that keeps them all.");
        return print(report);
    }

    private static Machine machine(Installation installation) throws IOException, SQLException {
        return Machine.measuredIn(installation.folder(), installation.one("show server_version"));
    }

    private Rounds rounds() {
        return quick
                ? new Rounds(2, Duration.ofSeconds(2), Duration.ofSeconds(1))
                : new Rounds(rounds, Duration.ofSeconds(seconds), Duration.ofSeconds(3));
    }

    private int print(Report report) throws IOException {
        PrintWriter out = new PrintWriter(System.out, true);
        out.print(markdown ? report.asMarkdown() : report.asText());
        out.flush();
        return report.isSound() ? 0 : 1;
    }
}
