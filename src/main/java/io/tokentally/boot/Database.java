package io.tokentally.boot;

import java.util.Optional;

/**
 * The database to serve from.
 *
 * @param app serves requests, under row security
 * @param owner owns the schema, runs the migrations; may be the same login
 * @param ownerUrl a direct address for the migrations where a pooler stands between
 */
record Database(DatabaseUrl url, Login app, DatabaseUrl ownerUrl, Login owner) {

    private static final String URL = "tokentally.database.url";
    private static final String QUARKUS_URL = "quarkus.datasource.jdbc.url";

    /** The database the operator names; empty if none, which asks for the embedded one. */
    static Optional<Database> in(Settings settings) {
        if (settings.has(URL)) {
            return Optional.of(named(settings, "tokentally.database.", "tokentally.database.owner-"));
        }
        return settings.find(QUARKUS_URL).map(url -> ofQuarkus(settings, url));
    }

    static Database of(EmbeddedPostgres postgres) {
        DatabaseUrl url = DatabaseUrl.parse(URL, postgres.jdbcUrl());
        return new Database(
                url,
                new Login(postgres.appUser(), postgres.appPassword()),
                url,
                new Login(postgres.ownerUser(), postgres.ownerPassword()));
    }

    private static Database named(Settings settings, String app, String owner) {
        return of(
                url(settings, app + "url").orElseThrow(),
                settings.find(app + "user"),
                settings.find(app + "password"),
                url(settings, owner + "url"),
                settings.find(owner + "user"),
                settings.find(owner + "password"));
    }

    private static Database ofQuarkus(Settings settings, String url) {
        return of(
                DatabaseUrl.parse("QUARKUS_DATASOURCE_JDBC_URL", url),
                settings.find("quarkus.datasource.username"),
                settings.find("quarkus.datasource.password"),
                url(settings, "quarkus.flyway.jdbc-url"),
                settings.find("quarkus.flyway.username"),
                settings.find("quarkus.flyway.password"));
    }

    private static Optional<DatabaseUrl> url(Settings settings, String name) {
        return settings.find(name).map(url -> DatabaseUrl.parse(Settings.variable(name), url));
    }

    private static Database of(
            DatabaseUrl url,
            Optional<String> appUser,
            Optional<String> appPassword,
            Optional<DatabaseUrl> ownerUrl,
            Optional<String> ownerUser,
            Optional<String> ownerPassword) {
        Login app = new Login(
                appUser.or(url::user).orElse(""), appPassword.or(url::password).orElse(""));
        Optional<String> owner = ownerUser.or(() -> ownerUrl.flatMap(DatabaseUrl::user));
        return new Database(
                url,
                app,
                ownerUrl.orElse(url),
                owner.map(user -> new Login(
                                user,
                                ownerPassword
                                        .or(() -> ownerUrl.flatMap(DatabaseUrl::password))
                                        .orElse("")))
                        .orElse(app));
    }
}
