package io.tokentally.ledger;

import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.SqlStatement;

/** Many rows in one statement: each column travels as one array, and {@code unnest} makes rows of them again. */
final class Unnest<T> {

    private record Column<T>(String name, String type, Function<T, ?> value) {}

    private final List<Column<T>> columns = new ArrayList<>();

    /** @param type the PostgreSQL type of one element */
    Unnest<T> column(String name, String type, Function<T, ?> value) {
        columns.add(new Column<>(name, type, value));
        return this;
    }

    String names() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** The {@code from} item; its rows have this unnest's columns. */
    String from() {
        return columns.stream()
                .map(column -> ":" + column.name + "::" + column.type + "[]")
                .collect(Collectors.joining(", ", "unnest(", ") as row (" + names() + ")"));
    }

    <S extends SqlStatement<S>> S bind(S statement, Handle handle, List<T> rows) {
        for (Column<T> column : columns) {
            Object[] values = rows.stream().map(column.value).toArray();
            statement.bind(column.name, array(handle, column.type, values));
        }
        return statement;
    }

    /** One array as a statement's argument. */
    static Argument array(Handle handle, String type, Object[] values) {
        return (position, statement, context) -> statement.setArray(position, create(handle, type, values));
    }

    // The driver knows byte strings only in an array of their own Java type.
    private static Array create(Handle handle, String type, Object[] values) throws SQLException {
        Object[] typed = type.equals("bytea") ? Arrays.copyOf(values, values.length, byte[][].class) : values;
        return handle.getConnection().createArrayOf(type, typed);
    }
}
