package io.tokentally.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** All that is kept, table by table, as {@code COPY} writes it. */
public final class EveryTable {

    private EveryTable() {}

    /** Of this tenant; of the tables of the platform, all. */
    public static List<String> linesWith(Organisation tenant, String text) throws SQLException {
        try (Connection owner = PostgresForTests.server().connectAsOwner();
                var statement = owner.createStatement()) {
            statement.execute("set tokentally.tenant = '" + tenant.id() + "'");
            return linesWith(owner, text);
        }
    }

    /** Each line with {@code text} in it, after the name of its table. */
    public static List<String> linesWith(Connection connection, String text) throws SQLException {
        var found = new ArrayList<String>();
        for (String table : tables(connection)) {
            copy(connection, table)
                    .lines()
                    .filter(line -> line.contains(text))
                    .forEach(line -> found.add(table + ": " + line));
        }
        return found;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        var tables = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        select oid::regclass from pg_class
                        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm')""")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    private static String copy(Connection connection, String table) throws SQLException {
        var out = new ByteArrayOutputStream();
        try {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("copy (select * from " + table + ") to stdout", out);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
