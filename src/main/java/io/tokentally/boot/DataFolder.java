package io.tokentally.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where one installation keeps everything it owns on disk.
 *
 * @param home the folder
 * @param programs where the programs of PostgreSQL are; inside home, but tests share one copy
 */
record DataFolder(Path home, Path programs) {

    static DataFolder at(Path home) {
        Path absolute = home.toAbsolutePath().normalize();
        return new DataFolder(absolute, absolute.resolve("postgresql-" + PostgresPrograms.VERSION));
    }

    DataFolder withPrograms(Path programs) {
        return new DataFolder(home, programs.toAbsolutePath().normalize());
    }

    /** Makes the folder if it is not there. */
    DataFolder open() {
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new StartRefused(
                    "The data folder %s cannot be made (%s); set TOKENTALLY_HOME to a folder you may write."
                            .formatted(home, Reason.of(e)),
                    e);
        }
        if (!Files.isReadable(home) || !Files.isWritable(home) || !Files.isExecutable(home)) {
            throw new StartRefused(
                    "The data folder %s cannot be read and written by user %s; set TOKENTALLY_HOME to another folder."
                            .formatted(home, System.getProperty("user.name")));
        }
        return this;
    }

    Path cluster() {
        return home.resolve("pgdata");
    }

    Path serverLog() {
        return home.resolve("postgresql.log");
    }

    Path logins() {
        return home.resolve("database.properties");
    }

    Path lock() {
        return home.resolve("lock");
    }

    Path signIns() {
        return home.resolve("sign-in");
    }

    Path keys() {
        return home.resolve("keys");
    }
}
