package io.tokentally.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a connection may do to a table. Of what is only tried, nothing stays; that needs a transaction. */
public final class Sql {

    /** SQLSTATE insufficient_privilege: a right that is missing, or a policy that refuses a row. */
    public static final String REFUSED = "42501";

    private Sql() {}

    public static void execute(Connection connection, String statement) throws SQLException {
        try (var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    /** The first column. */
    public static List<String> texts(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var texts = new ArrayList<String>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    public static long count(Connection connection, String name) throws SQLException {
        return Long.parseLong(texts(connection, "select count(*) from " + name).getFirst());
    }

    /** How many rows the statement would touch; none where the role has no such right at all. */
    public static int update(Connection connection, String statement) throws SQLException {
        var before = connection.setSavepoint();
        try (var prepared = connection.createStatement()) {
            return prepared.executeUpdate(statement);
        } catch (SQLException refused) {
            assertThat(refused.getSQLState()).as(statement).isEqualTo(REFUSED);
            return 0;
        } finally {
            connection.rollback(before);
        }
    }

    /** The SQLSTATE with which the statement is refused; 00000 when it is not. */
    public static String stateOf(Connection connection, String statement) throws SQLException {
        var before = connection.setSavepoint();
        try {
            execute(connection, statement);
            return "00000";
        } catch (SQLException refused) {
            return refused.getSQLState();
        } finally {
            connection.rollback(before);
        }
    }

    /** @param row as JSON; a column it does not have is null, and policies are asked before constraints */
    public static String stateOfInserting(Connection connection, String table, String row) throws SQLException {
        String columns = String.join(", ", texts(connection, """
                select attname from pg_attribute where attrelid = '%s'::regclass and attnum > 0 and not attisdropped
                and attgenerated = '' and attidentity = ''""".formatted(table)));
        return stateOf(
                connection,
                "insert into " + table + " (" + columns + ") select " + columns + " from jsonb_populate_record(null::"
                        + table + ", '" + row.replace("'", "''") + "')");
    }

    /** The column that says whose a row is. */
    public static String tenantColumn(Connection connection, String table) throws SQLException {
        return texts(connection, """
                select attname from pg_attribute where attrelid = '%s'::regclass and attname in ('tenant_id', 'book')""".formatted(table)).getFirst();
    }
}
