package io.tokentally.boot;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The logins of the embedded database, with random passwords made at the first start.
 *
 * @param owner owns the schema, runs the migrations
 * @param app serves requests, under row security
 */
record EmbeddedLogins(Login superuser, Login owner, Login app) {

    static EmbeddedLogins in(DataFolder folder) {
        try {
            return Files.exists(folder.logins()) ? read(folder) : create(folder);
        } catch (IOException e) {
            throw new StartRefused(
                    "The database passwords in %s cannot be kept (%s).".formatted(folder.logins(), Reason.of(e)), e);
        }
    }

    private static EmbeddedLogins create(DataFolder folder) throws IOException {
        if (Files.exists(folder.cluster())) {
            throw new StartRefused("%s is missing, and with it the passwords of the database in %s; put it back."
                    .formatted(folder.logins(), folder.cluster()));
        }
        EmbeddedLogins logins =
                new EmbeddedLogins(newLogin("postgres"), newLogin("tokentally_owner"), newLogin("tokentally_app"));
        PrivateFiles.write(folder.logins(), logins.asProperties());
        return logins;
    }

    private static EmbeddedLogins read(DataFolder folder) throws IOException {
        Properties passwords = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.logins())) {
            passwords.load(reader);
        }
        return new EmbeddedLogins(
                login("postgres", passwords), login("tokentally_owner", passwords), login("tokentally_app", passwords));
    }

    private static Login login(String user, Properties passwords) {
        return new Login(user, passwords.getProperty(user, ""));
    }

    private static Login newLogin(String user) {
        byte[] secret = new byte[24];
        new SecureRandom().nextBytes(secret);
        return new Login(user, HexFormat.of().formatHex(secret));
    }

    private String asProperties() {
        return Stream.of(superuser, owner, app)
                .map(login -> login.user() + "=" + login.password() + "\n")
                .collect(Collectors.joining("", "# role=password, of the database in pgdata\n", ""));
    }
}
