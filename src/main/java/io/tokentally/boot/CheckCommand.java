package io.tokentally.boot;

import io.quarkus.runtime.Quarkus;
import io.tokentally.shared.TenantId;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Asks for the self-check: the service it is told, else the one that serves from the data folder, else, when none is
 * running, the ledger itself, in this process and without a door.
 */
@Command(
        name = "check",
        description = {
            "Proves that rows, rollups, balances and views agree, and names every difference.",
            "Asks the service of --url, or the one running on the data folder; if none runs, starts the database itself.",
            "Exit code 0: clean; 1: differences; 2: it could not be checked."
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    private static final Duration TOKEN_TTL = Duration.ofMinutes(5);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "the service to ask; TOKENTALLY_TOKEN holds an access token with the role platform-admin")
    private String url;

    @Option(names = "--tenant", paramLabel = "ID", description = "only this organisation")
    private TenantId tenant;

    @Option(names = "--rebuild", description = "first make the sums of --tenant anew from the rows")
    private boolean rebuild;

    @Spec
    private CommandSpec spec;

    private final Settings settings;

    CheckCommand() {
        this(Settings.ofThisProcess());
    }

    CheckCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        // a secret among the words of a command can be read by everybody on the machine
        String token = settings.find("tokentally.token").orElse(null);
        require(url == null || token != null, "--url needs an access token in TOKENTALLY_TOKEN");
        require(!rebuild || tenant != null, "--tenant is missing: --rebuild is for one organisation");
        Check check = new Check(
                tenant == null ? null : tenant.value(),
                rebuild,
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
        try {
            return url == null ? here(check) : check.of(new ServiceOverHttp(url, token));
        } catch (StartRefused | CannotCheck failure) {
            return check.failed(failure.getMessage());
        }
    }

    private int here(Check check) {
        Optional<Database> outside = Database.in(settings);
        try {
            Database database = outside.orElseGet(() -> embedded(settings.dataFolder()));
            return inThisProcess(check, database);
        } catch (FolderLock.InUse running) {
            return check.of(serviceOf(running));
        }
    }

    private static Database embedded(DataFolder folder) {
        if (!Files.exists(folder.cluster())) {
            throw new CannotCheck("The data folder %s holds no database yet.".formatted(folder.home()));
        }
        return ServeCommand.untilTheEnd(EmbeddedPostgres.start(folder, FolderLock.take(folder.open(), ""), Map.of()));
    }

    private ServiceOverHttp serviceOf(FolderLock.InUse running) {
        String address = running.address().orElseThrow(() -> running);
        OwnKeys.refuseIfOff(settings);
        SigningKeys keys = SigningKeys.in(settings.dataFolder().keys());
        Grant operator = new Grant(Optional.empty(), Optional.empty(), List.of("platform-admin"), TOKEN_TTL);
        return new ServiceOverHttp(address, keys.mint(operator, Instant.now()));
    }

    /** Does not return: the process ends with the check. */
    private static int inThisProcess(Check check, Database database) {
        ServeCommand.configure(DatabaseCheck.refuseIfUnfit(database));
        ServeCommand.set("quarkus.http.host-enabled", "false");
        ServeCommand.set("quarkus.scheduler.enabled", "false");
        // what is printed is the answer; what is logged is not part of it
        ServeCommand.set("quarkus.log.console.stderr", "true");
        ServeCommand.set("quarkus.log.level", "WARN");
        Checker.run(check);
        Quarkus.run(Checker.class, (exitCode, failure) -> ended(check, exitCode, failure));
        return Check.COULD_NOT;
    }

    private static void ended(Check check, int exitCode, Throwable failure) {
        System.exit(
                failure == null
                        ? exitCode
                        : check.failed("The ledger does not start (%s).".formatted(Reason.ofRootOf(failure))));
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
