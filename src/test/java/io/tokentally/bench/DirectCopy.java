package io.tokentally.bench;

import io.tokentally.bench.DirectRows.Row;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Raw {@code COPY} into a table with the columns and indexes of {@code user_api_usage} and nothing else: no row
 * security, no keys of events, no sums. The lines are made beforehand; only what tells rows apart is written anew.
 */
final class DirectCopy implements Worker {

    private static final int ROWS = 10_000;

    private static final String COPY = """
            copy bench_copy (
                tenant_id, usage_day, id, source, event_id, user_key, endpoint, provider, model, session_id,
                calls, prompt_tokens, completion_tokens,
                cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens,
                input_cost, output_cost, price_id, response_time_ms, success, cache_hit, occurred_at, recorded_at)
            from stdin""";

    private final DirectRows rows;
    private final Connection connection;
    private final byte[] lines;
    private final int[] ids = new int[ROWS];
    private final int[] events = new int[ROWS];

    private DirectCopy(DirectRows rows, Connection connection) {
        this.rows = rows;
        this.connection = connection;
        var text = new ByteArrayOutputStream();
        List<Row> batch = rows.take(ROWS);
        for (int i = 0; i < ROWS; i++) {
            String line = line(rows.tenant(), batch.get(i));
            ids[i] = text.size() + line.indexOf(batch.get(i).id().toString());
            events[i] = text.size() + line.indexOf(batch.get(i).eventId());
            text.writeBytes(ascii(line));
        }
        this.lines = text.toByteArray();
    }

    static Hiring into(DirectRows rows, Installation installation) {
        return () -> new DirectCopy(rows, installation.connectAsOwner());
    }

    static void createTable(Installation installation) throws SQLException {
        try (Connection connection = installation.connectAsOwner();
                var statement = connection.createStatement()) {
            statement.execute(
                    "create table bench_copy (like user_api_usage including all) partition by range (usage_day)");
            statement.execute("create table bench_copy_rows partition of bench_copy default");
        }
    }

    @Override
    public long once() throws SQLException {
        List<Row> batch = rows.take(ROWS);
        for (int i = 0; i < ROWS; i++) {
            write(batch.get(i).id().toString(), ids[i]);
            write(batch.get(i).eventId(), events[i]);
        }
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        copy.writeToCopy(lines, 0, lines.length);
        return copy.endCopy();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private void write(String text, int at) {
        for (int i = 0; i < text.length(); i++) {
            lines[at + i] = (byte) text.charAt(i);
        }
    }

    private static String line(String tenant, Row row) {
        DirectRows.Priced priced = row.priced();
        Traffic.Kind kind = priced.kind();
        return String.join(
                        "\t",
                        tenant,
                        row.day().toString(),
                        row.id().toString(),
                        "api",
                        row.eventId(),
                        String.valueOf(row.userKey()),
                        kind.endpoint(),
                        priced.provider(),
                        kind.model(),
                        row.session(),
                        "1",
                        String.valueOf(kind.promptTokens()),
                        String.valueOf(kind.completionTokens()),
                        "0",
                        "0",
                        "0",
                        "0",
                        priced.inputCost().toPlainString(),
                        priced.outputCost().toPlainString(),
                        String.valueOf(priced.priceId()),
                        String.valueOf(kind.responseTimeMs()),
                        "true",
                        "false",
                        row.at().toString(),
                        row.at().toString())
                + "\n";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
