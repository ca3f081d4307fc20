package io.tokentally.boot;

import io.tokentally.tenancy.identity.OwnKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes the installation's own keys. A running service notices by itself. */
@Command(
        name = "keys",
        description = "Lists, rotates and retires the keys in the data folder that sign access tokens.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    private final Settings settings;
    private final InstantSource clock;

    KeysCommand() {
        this(Settings.ofThisProcess(), InstantSource.system());
    }

    KeysCommand(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void run() {
        list(false);
    }

    @Command(
            name = "list",
            description = "Prints each key that counts, and until when.",
            mixinStandardHelpOptions = true)
    void list(
            @Option(names = "--jwks", description = "print the public keys as a JWK Set, for others that verify")
                    boolean jwks) {
        SigningKeys keys = keys();
        Instant now = now();
        if (jwks) {
            print(keys.keys().toPublicJson(now).strip());
        } else {
            keys.keys().countingAt(now).forEach(key -> print(key.kid() + "  " + state(key)));
        }
    }

    @Command(name = "rotate", description = "Signs with a new key from now on.", mixinStandardHelpOptions = true)
    void rotate(
            @Option(
                            names = "--overlap",
                            paramLabel = "TIME",
                            defaultValue = "30d",
                            description =
                                    "how long access tokens of the present key still count, such as 12h or 30d (default: ${DEFAULT-VALUE})")
                    Duration overlap) {
        SigningKeys before = keys();
        Instant now = now();
        SigningKeys after = before.rotate(overlap, now);
        print(after.keys().signing().kid() + "  signs");
        print(before.keys().signing().kid() + "  counts until " + now.plus(overlap));
    }

    @Command(
            name = "retire",
            description = "Access tokens of this earlier key count no longer, within a minute.",
            mixinStandardHelpOptions = true)
    void retire(@Parameters(paramLabel = "KID", description = "as keys list shows it") String kid) {
        keys().retire(kid);
        print(kid + "  retired");
    }

    private SigningKeys keys() {
        OwnKeys.refuseIfOff(settings);
        return SigningKeys.in(settings.dataFolder().open().keys());
    }

    /** In whole seconds, as the file keeps them. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String state(OwnKey key) {
        return key.until().map(until -> "counts until " + until).orElse("signs");
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }
}
