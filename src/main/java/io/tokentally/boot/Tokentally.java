package io.tokentally.boot;

import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The words {@code java -jar quarkus-run.jar} understands. */
@QuarkusMain
@Command(
        name = "tokentally",
        description = "Records every LLM call, prices it exactly, and says no when a month is used up.",
        mixinStandardHelpOptions = true,
        versionProvider = Tokentally.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ServeCommand.class, TokenCommand.class, LinkCommand.class, KeysCommand.class, CheckCommand.class
        })
public final class Tokentally {

    public static void main(String... words) {
        System.exit(prepared(new CommandLine(new Tokentally())).execute(words));
    }

    static CommandLine prepared(CommandLine commandLine) {
        return GrantOptions.registerTypes(commandLine).setExecutionExceptionHandler(oneSentence());
    }

    private static IExecutionExceptionHandler oneSentence() {
        return (failure, commandLine, parsed) -> {
            if (!(failure instanceof StartRefused)) {
                throw failure;
            }
            commandLine.getErr().println("tokentally: " + failure.getMessage());
            return 1;
        };
    }

    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Tokentally.class.getPackage().getImplementationVersion();
            return new String[] {"Tokentally " + (version == null ? "(development)" : version)};
        }
    }
}
