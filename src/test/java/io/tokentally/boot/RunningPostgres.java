package io.tokentally.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** One server for all tests of this package that only ask it something. */
final class RunningPostgres {

    static final Path PROGRAMS = Path.of("target", "postgresql-" + PostgresPrograms.VERSION);
    static final Path HOME = temporaryFolder();
    static final EmbeddedPostgres POSTGRES = EmbeddedPostgres.start(HOME, PROGRAMS, Map.of());

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(RunningPostgres::end));
    }

    private RunningPostgres() {}

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("tokentally-boot");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end() {
        POSTGRES.close();
        try {
            PrivateFiles.deleteAll(HOME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
