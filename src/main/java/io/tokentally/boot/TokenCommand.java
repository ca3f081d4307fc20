package io.tokentally.boot;

import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Mints an access token with the installation's own key. Starts nothing and needs nothing running. */
@Command(
        name = "token",
        description = "Prints an access token, signed with the key in the data folder.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Runnable {

    @Mixin
    private GrantOptions options;

    @Spec
    private CommandSpec spec;

    private final Settings settings;

    TokenCommand() {
        this(Settings.ofThisProcess());
    }

    TokenCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void run() {
        Grant grant = options.grant();
        OwnKeys.refuseIfOff(settings);
        SigningKeys keys = SigningKeys.in(settings.dataFolder().open().keys());
        spec.commandLine().getOut().println(keys.mint(grant, Instant.now()));
    }
}
