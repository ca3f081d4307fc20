package io.tokentally.boot;

import io.quarkus.runtime.Application;
import io.quarkus.runtime.Quarkus;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks what can be checked, starts the database if it is ours to start, then serves until told to stop. */
@Command(
        name = "serve",
        description = {
            "Starts the service.",
            "Without TOKENTALLY_DATABASE_URL it starts a PostgreSQL of its own in ./data, or TOKENTALLY_HOME."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Runnable {

    private static final Logger LOG = Logger.getLogger(ServeCommand.class);

    @Option(names = "--demo", description = "load a tenant demo with 90 days of plausible traffic")
    private boolean demo;

    @Option(names = "--port", paramLabel = "N", description = "listen here (default: QUARKUS_HTTP_PORT, or 8080)")
    private Integer port;

    private final Settings settings = Settings.ofThisProcess();

    @Override
    public void run() {
        IdentityProvider.refuseIfUnfit(settings);
        HttpAddress address = HttpAddress.from(settings, Optional.ofNullable(port));
        DataFolder folder = settings.dataFolder();
        Optional<Database> outside = Database.in(settings);
        Database database = outside.orElseGet(() -> embedded(folder, address));
        outside.ifPresent(ignored -> address.refuseIfTaken());
        DatabaseCheck.Fit fit = DatabaseCheck.refuseIfUnfit(database);
        boolean ownKeys = OwnKeys.inUse(settings);
        Greeter.say(greeting(outside, fit.pooled(), folder, ownKeys), links(folder));
        configure(fit);
        configure(address);
        configureKeys(folder, ownKeys);
        Quarkus.run(Greeter.class, ServeCommand::ended);
    }

    /** The lock comes before the port: a second serve shall hear who holds the folder, not only that 8080 is taken. */
    private static Database embedded(DataFolder folder, HttpAddress address) {
        FolderLock lock = FolderLock.take(folder.open(), address.url());
        try {
            address.refuseIfTaken();
        } catch (StartRefused e) {
            lock.close();
            throw e;
        }
        return untilTheEnd(EmbeddedPostgres.start(folder, lock, Map.of()));
    }

    /** The database for this process, stopped with it. */
    static Database untilTheEnd(EmbeddedPostgres postgres) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres), "stop the database"));
        postgres.watch(LOG::warn);
        return Database.of(postgres);
    }

    /** All shutdown hooks run at once; the database goes last. */
    private static void stop(EmbeddedPostgres postgres) {
        Application application = Application.currentApplication();
        if (application != null) {
            if (application.isStarted()) {
                application.stop();
            }
            application.awaitShutdown();
        }
        postgres.close();
    }

    static void configure(DatabaseCheck.Fit fit) {
        Database database = fit.database();
        set("quarkus.datasource.jdbc.url", database.url().jdbc());
        set("quarkus.datasource.username", database.app().user());
        set("quarkus.datasource.password", database.app().password());
        set("quarkus.flyway.jdbc-url", database.ownerUrl().jdbc());
        set("quarkus.flyway.username", database.owner().user());
        set("quarkus.flyway.password", database.owner().password());
        set("quarkus.flyway.placeholders.serving_role", fit.servingRole());
    }

    private void configure(HttpAddress address) {
        set(HttpAddress.HOST, address.host());
        set(HttpAddress.PORT, String.valueOf(address.port()));
        set("tokentally.demo", String.valueOf(isDemo()));
    }

    private boolean isDemo() {
        return demo || settings.find("tokentally.demo").filter("true"::equals).isPresent();
    }

    private void configureKeys(DataFolder folder, boolean own) {
        if (OwnKeys.areBelieved(settings)) {
            SigningKeys.in(folder.open().keys());
            set("tokentally.identity.own-key-folder", folder.keys().toString());
            set("tokentally.portal.sign-in-folder", folder.signIns().toString());
        }
        set("tokentally.identity.own-keys", String.valueOf(own));
        if (!settings.has("tokentally.tenants.create-on-first-write")) {
            set("tokentally.tenants.create-on-first-write", String.valueOf(own));
        }
    }

    private Optional<SignInLinks> links(DataFolder folder) {
        return OwnKeys.areBelieved(settings) ? Optional.of(new SignInLinks(folder)) : Optional.empty();
    }

    private Greeting greeting(Optional<Database> outside, boolean pooled, DataFolder folder, boolean ownKeys) {
        return new Greeting(
                outside.map(Database::url),
                pooled,
                folder,
                ownKeys,
                isDemo(),
                settings.find("tokentally.launcher").orElse("./tokentally"));
    }

    static void set(String name, String value) {
        if (!value.isEmpty()) {
            System.setProperty(name, value);
        }
    }

    private static void ended(int exitCode, Throwable failure) {
        if (failure != null) {
            System.err.println("tokentally: The service does not start (%s).".formatted(Reason.ofRootOf(failure)));
            if (Boolean.getBoolean("tokentally.stacktrace")) {
                failure.printStackTrace();
            }
        }
        System.exit(exitCode);
    }
}
