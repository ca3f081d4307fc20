package io.tokentally.bench;

import io.tokentally.bench.DirectRows.Row;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.postgresql.PGConnection;

/**
 * Writes the rows by JDBC, in the batches that measured best: one transaction of {@link #ROWS} events, an
 * {@code unnest} of arrays for each table, under row security as the service.
 */
final class DirectWriter implements Worker {

    static final int ROWS = 1000;

    private static final String KEYS = """
            insert into event_key (tenant_id, key_hash, content_hash, usage_id, usage_day, input_cost, output_cost)
            select ?, row.* from unnest(?::bytea[], ?::bytea[], ?::uuid[], ?::date[], ?::numeric[], ?::numeric[]) as row
            on conflict do nothing""";

    private static final String EVENTS = """
            insert into user_api_usage (
                tenant_id, usage_day, id, source, event_id, user_key, endpoint, provider, model, session_id,
                calls, prompt_tokens, completion_tokens,
                cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens,
                input_cost, output_cost, price_id, response_time_ms, success, cache_hit, occurred_at, recorded_at)
            select ?, usage_day, id, 'api', event_id, user_key, endpoint, provider, model, session_id,
                1, prompt_tokens, completion_tokens, 0, 0, 0, 0,
                input_cost, output_cost, price_id, response_time_ms, true, false, occurred_at, occurred_at
            from unnest(?::date[], ?::uuid[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::bigint[], ?::bigint[], ?::numeric[], ?::numeric[], ?::bigint[], ?::bigint[], ?::timestamptz[])
                as row (usage_day, id, event_id, user_key, endpoint, provider, model, session_id,
                    prompt_tokens, completion_tokens, input_cost, output_cost, price_id, response_time_ms, occurred_at)""";

    private final DirectRows rows;
    private final Connection connection;
    private final boolean keepsKeys;
    private final Set<DirectSums> sums;
    private final MessageDigest sha256;

    private DirectWriter(DirectRows rows, Connection connection, boolean keepsKeys, Set<DirectSums> sums)
            throws SQLException, NoSuchAlgorithmException {
        this.rows = rows;
        this.connection = connection;
        this.keepsKeys = keepsKeys;
        this.sums = sums;
        this.sha256 = MessageDigest.getInstance("SHA-256");
        connection.setAutoCommit(false);
    }

    /** Writes all that the service writes. */
    static Hiring whole(DirectRows rows, Installation installation) {
        return () -> new DirectWriter(rows, installation.connectAsApp(), true, EnumSet.allOf(DirectSums.class));
    }

    /** Leaves something out, to see what it costs. */
    static Hiring with(boolean keys, Set<DirectSums> sums, DirectRows rows, Installation installation) {
        return () -> new DirectWriter(rows, installation.connectAsApp(), keys, sums);
    }

    @Override
    public long once() throws SQLException {
        List<Row> batch = rows.take(ROWS);
        bindTenant();
        if (keepsKeys) {
            insertKeys(batch);
        }
        insertEvents(batch);
        for (DirectSums table : sums) {
            table.add(connection, rows.tenant(), batch);
        }
        connection.commit();
        return ROWS;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private void bindTenant() throws SQLException {
        try (var statement = connection.prepareStatement("select set_config('tokentally.tenant', ?, true)")) {
            statement.setString(1, rows.tenant());
            statement.execute();
        }
    }

    private void insertKeys(List<Row> batch) throws SQLException {
        byte[][] hashes = batch.stream().map(row -> hash(row.eventId())).toArray(byte[][]::new);
        byte[][] contents =
                batch.stream().map(row -> hash(row.session() + row.eventId())).toArray(byte[][]::new);
        try (var statement = connection.prepareStatement(KEYS)) {
            statement.setString(1, rows.tenant());
            statement.setArray(2, connection.createArrayOf("bytea", hashes));
            statement.setArray(3, connection.createArrayOf("bytea", contents));
            statement.setArray(4, array("uuid", batch, Row::id));
            statement.setArray(5, array("date", batch, Row::day));
            statement.setArray(6, array("numeric", batch, row -> row.priced().inputCost()));
            statement.setArray(7, array("numeric", batch, row -> row.priced().outputCost()));
            statement.executeUpdate();
        }
    }

    private void insertEvents(List<Row> batch) throws SQLException {
        try (var statement = connection.prepareStatement(EVENTS)) {
            statement.setString(1, rows.tenant());
            statement.setArray(2, array("date", batch, Row::day));
            statement.setArray(3, array("uuid", batch, Row::id));
            statement.setArray(4, array("text", batch, Row::eventId));
            statement.setArray(5, numbers(batch, Row::userKey));
            statement.setArray(
                    6, array("text", batch, row -> row.priced().kind().endpoint()));
            statement.setArray(7, array("text", batch, row -> row.priced().provider()));
            statement.setArray(
                    8, array("text", batch, row -> row.priced().kind().model()));
            statement.setArray(9, array("text", batch, Row::session));
            statement.setArray(10, numbers(batch, row -> row.priced().kind().promptTokens()));
            statement.setArray(11, numbers(batch, row -> row.priced().kind().completionTokens()));
            statement.setArray(12, array("numeric", batch, row -> row.priced().inputCost()));
            statement.setArray(13, array("numeric", batch, row -> row.priced().outputCost()));
            statement.setArray(14, numbers(batch, row -> row.priced().priceId()));
            statement.setArray(15, numbers(batch, row -> row.priced().kind().responseTimeMs()));
            statement.setArray(16, array("timestamptz", batch, Row::at));
            statement.executeUpdate();
        }
    }

    private Array array(String type, List<Row> batch, Function<Row, ?> value) throws SQLException {
        return connection.createArrayOf(type, batch.stream().map(value).toArray());
    }

    // Primitive arrays travel in binary.
    private Array numbers(List<Row> batch, ToLongFunction<Row> value) throws SQLException {
        return connection
                .unwrap(PGConnection.class)
                .createArrayOf("int8", batch.stream().mapToLong(value).toArray());
    }

    private byte[] hash(String text) {
        return sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
