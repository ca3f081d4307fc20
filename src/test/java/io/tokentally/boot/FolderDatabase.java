package io.tokentally.boot;

import io.tokentally.testing.Truth;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The embedded database of a packaged service, asked behind the service's back. */
record FolderDatabase(Path home) {

    Connection asSuperuser() throws IOException, SQLException {
        return Connections.open(url(), logins().superuser());
    }

    /** The id of every event of this tenant, once per row. */
    List<String> events(String tenant) throws IOException, SQLException {
        var events = new ArrayList<String>();
        try (Connection connection = asApp(tenant);
                ResultSet rows = connection.createStatement().executeQuery("select event_id from user_api_usage")) {
            while (rows.next()) {
                events.add(rows.getString(1));
            }
        }
        return events;
    }

    /** Empty when raw rows = rollups = balances for this tenant. */
    List<String> differences(String tenant) throws IOException, SQLException {
        try (Connection connection = asApp(tenant)) {
            return Truth.differences(connection);
        }
    }

    long number(String sql) throws IOException, SQLException {
        try (Connection connection = asSuperuser();
                ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    ProcessHandle server() throws IOException {
        return postmaster().process();
    }

    String url() throws IOException {
        return "jdbc:postgresql://127.0.0.1:" + postmaster().port() + "/tokentally";
    }

    EmbeddedLogins logins() {
        return EmbeddedLogins.in(folder());
    }

    private Connection asApp(String tenant) throws IOException, SQLException {
        return Connections.open(url() + "?options=-c%20tokentally.tenant=" + tenant, logins().app());
    }

    private Postmaster postmaster() throws IOException {
        return Postmaster.leftIn(folder().cluster()).orElseThrow();
    }

    private DataFolder folder() {
        return DataFolder.at(home);
    }
}
