package io.tokentally.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A PostgreSQL of our own in a data folder: durable, on the loopback address only, with real passwords.
 *
 * <p>The server runs in a session of its own, so it outlives a killed service. Whoever has the folder's lock next
 * adopts it.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String DATABASE = "tokentally";
    private static final Duration SILENCE = Duration.ofSeconds(10);

    /** What PostgreSQL says while sessions of a killed server live, which they do until they notice. */
    private static final String SESSIONS_ARE_LEFT = "pre-existing shared memory block";

    private static final Duration NOTICE = Duration.ofMillis(500);

    private final DataFolder folder;
    private final FolderLock lock;
    private final PostgresPrograms programs;
    private final EmbeddedLogins logins;
    private final Map<String, String> settings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private int port;
    private Postmaster server;

    private EmbeddedPostgres(DataFolder folder, FolderLock lock, Map<String, String> settings) {
        this.folder = folder;
        this.lock = lock;
        this.settings = settings;
        this.programs = PostgresPrograms.in(folder.programs());
        this.logins = EmbeddedLogins.in(folder);
    }

    /** @param home the data folder; made if it is not there */
    public static EmbeddedPostgres start(Path home) {
        return start(DataFolder.at(home), "", Map.of());
    }

    /**
     * For tests.
     *
     * @param programs where PostgreSQL is unpacked to, shared by many data folders
     * @param settings server settings beside ours; they win
     */
    public static EmbeddedPostgres start(Path home, Path programs, Map<String, String> settings) {
        return start(DataFolder.at(home).withPrograms(programs), "", settings);
    }

    private static EmbeddedPostgres start(DataFolder folder, String address, Map<String, String> settings) {
        folder.open();
        return start(folder, FolderLock.take(folder, address), settings);
    }

    /** Takes the lock over, and lets go of it on failure too. */
    static EmbeddedPostgres start(DataFolder folder, FolderLock lock, Map<String, String> settings) {
        try {
            EmbeddedPostgres postgres = new EmbeddedPostgres(folder, lock, settings);
            postgres.start();
            return postgres;
        } catch (IOException | SQLException e) {
            lock.close();
            throw new StartRefused("The database in %s does not start (%s).".formatted(folder.home(), Reason.of(e)), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public String superuser() {
        return logins.superuser().user();
    }

    public String superuserPassword() {
        return logins.superuser().password();
    }

    public String ownerUser() {
        return logins.owner().user();
    }

    public String ownerPassword() {
        return logins.owner().password();
    }

    public String appUser() {
        return logins.app().user();
    }

    public String appPassword() {
        return logins.app().password();
    }

    /**
     * From now on a server that ends by itself is started again.
     *
     * @param said hears what happens
     */
    void watch(Consumer<String> said) {
        Thread.ofPlatform().daemon().name("database watch").start(new PostgresWatch(this, said));
    }

    synchronized Postmaster server() {
        return server;
    }

    /** @return whether {@link #close} was called */
    boolean closesWithin(Duration time) {
        try {
            return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /**
     * On the port it had, because the connections of the service lead there.
     *
     * @return false when closing has begun, which leaves it stopped
     */
    synchronized boolean startAgain() {
        if (closing.getCount() == 0) {
            return false;
        }
        try {
            if (!runsOnItsPort()) {
                startOnce();
            }
            server = running();
            return true;
        } catch (IOException e) {
            throw doesNotStart(Reason.of(e));
        }
    }

    /** Stops the server and leaves the folder to others. */
    @Override
    public void close() {
        closing.countDown();
        synchronized (this) {
            try (lock) {
                stop();
            }
        }
    }

    private synchronized void start() throws IOException, SQLException {
        initialiseOnce();
        port = adoptedPort().orElse(0);
        if (port == 0) {
            startServer();
        }
        server = running();
        try (Connection connection = Connections.open(jdbcUrl("postgres"), logins.superuser())) {
            createRolesAndDatabase(connection);
        }
    }

    private void initialiseOnce() throws IOException {
        PrivateFiles.deleteUnfinishedBeside(folder.cluster());
        if (Files.exists(folder.cluster())) {
            refuseOtherVersion();
        } else {
            initialise();
        }
    }

    private void refuseOtherVersion() throws IOException {
        String version =
                Files.readString(folder.cluster().resolve("PG_VERSION")).strip();
        if (!version.equals(PostgresPrograms.MAJOR_VERSION)) {
            throw new StartRefused(("The database in %s was written by PostgreSQL %s and this is %s; dump it with"
                            + " PostgreSQL %s and load the dump into a new folder named by TOKENTALLY_HOME.")
                    .formatted(folder.cluster(), version, PostgresPrograms.MAJOR_VERSION, version));
        }
    }

    private void initialise() throws IOException {
        Path unfinished = PrivateFiles.newFolderBeside(folder.cluster());
        Path passwordFile = folder.home().resolve("initial-password");
        PrivateFiles.write(passwordFile, superuserPassword() + "\n");
        try {
            Command.Result result = programs.command(
                            "initdb",
                            "--pgdata=" + unfinished,
                            "--username=" + superuser(),
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8")
                    .run();
            if (!result.succeeded()) {
                throw new StartRefused(
                        "A database cannot be made in %s (%s).".formatted(folder.home(), lastLine(result.output())));
            }
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        PrivateFiles.rename(unfinished, folder.cluster());
    }

    private Optional<Integer> adoptedPort() throws IOException {
        Optional<Postmaster> left = Postmaster.leftIn(folder.cluster());
        Optional<Integer> adopted = left.filter(this::isOfTheseProgramsAndSettings)
                .filter(this::acceptsUs)
                .map(Postmaster::port);
        if (adopted.isEmpty() && left.filter(Postmaster::isAlive).isPresent()) {
            stop();
        }
        return adopted;
    }

    private boolean isOfTheseProgramsAndSettings(Postmaster postmaster) {
        return settings.isEmpty()
                && postmaster.program().filter(programs::contain).isPresent();
    }

    private boolean acceptsUs(Postmaster postmaster) {
        port = postmaster.port();
        try (Connection connection =
                Connections.openPatiently(jdbcUrl("postgres"), logins.superuser(), SILENCE, postmaster::isAlive)) {
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** Somebody at a terminal may have been faster; only a server on another port is of no use. */
    private boolean runsOnItsPort() throws IOException {
        Optional<Postmaster> left = Postmaster.leftIn(folder.cluster());
        if (left.isPresent() && left.get().port() != port) {
            stop();
            return false;
        }
        return left.isPresent();
    }

    private Postmaster running() throws IOException {
        return Postmaster.leftIn(folder.cluster()).orElseThrow(() -> doesNotStart("it ended at once"));
    }

    /** Another process may take the free port first; the sessions of a killed server take a while to leave. */
    private void startServer() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            try {
                startOnce();
                return;
            } catch (StartRefused e) {
                boolean sessionsAreLeft = e.getMessage().contains(SESSIONS_ARE_LEFT);
                if (attempt == (sessionsAreLeft ? 20 : 3)) {
                    throw e;
                }
                closesWithin(sessionsAreLeft ? NOTICE : Duration.ZERO);
            }
        }
    }

    private void startOnce() throws IOException {
        Command.Result result = startCommand().run();
        if (!result.succeeded()) {
            throw doesNotStart(lastFatalLine().orElse(lastLine(result.output())));
        }
    }

    private StartRefused doesNotStart(String reason) {
        return new StartRefused("PostgreSQL does not start in %s (%s); %s says more."
                .formatted(folder.home(), reason, folder.serverLog()));
    }

    private Command startCommand() {
        return programs.command(
                "pg_ctl",
                "start",
                "--wait",
                "--timeout=" + Connections.RECOVERY.toSeconds(),
                "--pgdata=" + folder.cluster(),
                "--log=" + folder.serverLog(),
                "--options=" + serverOptions());
    }

    private String serverOptions() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("listen_addresses", "127.0.0.1");
        all.put("port", String.valueOf(port));
        all.put("unix_socket_directories", "");
        all.put("fsync", "on");
        all.put("synchronous_commit", "on");
        all.put("timezone", "UTC");
        all.put("log_timezone", "UTC");
        // What fails is logged without the row and the statement, which may name people.
        all.put("log_error_verbosity", "terse");
        all.put("log_min_error_statement", "panic");
        all.putAll(settings);
        return all.entrySet().stream()
                .map(s -> "-c " + quoted(s.getKey() + "=" + s.getValue()))
                .collect(Collectors.joining(" "));
    }

    // pg_ctl hands its options to a shell.
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Optional<String> lastFatalLine() throws IOException {
        if (!Files.exists(folder.serverLog())) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(folder.serverLog());
        return lines.reversed().stream()
                .limit(50)
                .filter(line -> line.contains("FATAL:"))
                .findFirst();
    }

    private static String lastLine(String output) {
        return output.lines().reduce((earlier, later) -> later).orElse("no reason given");
    }

    /** Each part is made if it is missing, so a start that was cut short is finished by the next. */
    private void createRolesAndDatabase(Connection connection) throws SQLException {
        for (Login role : List.of(logins.owner(), logins.app())) {
            if (!exists(connection, "select from pg_roles where rolname = ?", role.user())) {
                execute(connection, "create role %s login password '%s'".formatted(role.user(), role.password()));
            }
        }
        if (!exists(connection, "select from pg_database where datname = ?", DATABASE)) {
            execute(connection, "create database %s owner %s".formatted(DATABASE, ownerUser()));
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            return statement.executeQuery().next();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void stop() {
        Command stop = programs.command(
                "pg_ctl",
                "stop",
                "--mode=fast",
                "--wait",
                "--timeout=" + Connections.RECOVERY.toSeconds(),
                "--pgdata=" + folder.cluster());
        if (!stop.succeeds() && isStillRunning()) {
            throw new StartRefused(
                    "The PostgreSQL in %s does not stop; %s says why.".formatted(folder.cluster(), folder.serverLog()));
        }
    }

    /** A server that died before it was told to stop has stopped all the same. */
    private boolean isStillRunning() {
        try {
            return Postmaster.leftIn(folder.cluster()).isPresent();
        } catch (IOException unreadable) {
            return true;
        }
    }
}
