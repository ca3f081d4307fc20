package io.tokentally.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tokentally.shared.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/** A row as a JSON object: each column is a member of its name. Numbers are exact, instants in UTC. */
final class JsonRow {

    private JsonRow() {}

    static boolean write(JsonGenerator json, ResultSet row) throws SQLException {
        try {
            json.writeStartObject();
            writeColumns(json, row);
            json.writeEndObject();
            return true;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** The members alone, into an object that is open. */
    static boolean writeColumns(JsonGenerator json, ResultSet row) throws SQLException {
        try {
            ResultSetMetaData columns = row.getMetaData();
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                json.writeFieldName(columns.getColumnLabel(column));
                if (row.getObject(column) == null) {
                    json.writeNull();
                } else {
                    writeValue(json, row, column, columns.getColumnTypeName(column));
                }
            }
            return true;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static void writeValue(JsonGenerator json, ResultSet row, int column, String type)
            throws SQLException, IOException {
        switch (type) {
            case "int2", "int4", "int8" -> json.writeNumber(row.getLong(column));
            case "numeric" -> json.writeNumber(Money.plain(row.getBigDecimal(column)));
            case "bool" -> json.writeBoolean(row.getBoolean(column));
            case "jsonb" -> json.writeRawValue(row.getString(column));
            case "timestamptz" ->
                json.writeString(
                        row.getObject(column, OffsetDateTime.class).toInstant().toString());
            case "_text" -> {
                String[] texts = (String[]) row.getArray(column).getArray();
                json.writeArray(texts, 0, texts.length);
            }
            default -> json.writeString(row.getString(column));
        }
    }
}
