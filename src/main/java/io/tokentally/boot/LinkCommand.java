package io.tokentally.boot;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a link that signs in to the portal once. Starts nothing and needs nothing running. */
@Command(
        name = "link",
        description = {
            "Prints a link that signs in to the portal, once, within 15 minutes.",
            "As admin of the tenant acme, unless told otherwise. Of the service that has this data folder."
        },
        defaultValueProvider = LinkCommand.Defaults.class,
        mixinStandardHelpOptions = true)
final class LinkCommand implements Runnable {

    /** What the options mean here where they are left out. */
    static final class Defaults implements IDefaultValueProvider {

        private static final Map<String, String> VALUES = Map.of("--role", "admin", "--ttl", "12h");

        @Override
        public String defaultValue(ArgSpec argument) {
            return argument instanceof OptionSpec option ? VALUES.get(option.longestName()) : null;
        }
    }

    @Mixin
    private GrantOptions options;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "where the service is reached, such as https://tokentally.example")
    private String url;

    @Spec
    private CommandSpec spec;

    private final Settings settings;

    LinkCommand() {
        this(Settings.ofThisProcess());
    }

    LinkCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void run() {
        Grant grant = options.grantOr(SignInLinks.FIRST_TENANT);
        OwnKeys.refuseIfOff(settings);
        var links = new SignInLinks(settings.dataFolder().open());
        spec.commandLine().getOut().println(links.make(url(), grant, Instant.now()));
    }

    private String url() {
        return Optional.ofNullable(url)
                .map(given -> given.replaceAll("/+$", ""))
                .or(() -> FolderLock.lastAddress(settings.dataFolder()))
                .orElseGet(() -> HttpAddress.from(settings, Optional.empty()).url());
    }
}
