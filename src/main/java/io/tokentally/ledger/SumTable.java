package io.tokentally.ledger;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * A table of sums beside the facts: its key, and which sums it keeps. Its statement is put together from the
 * constants in {@link SumTables} and nothing else.
 *
 * @param <K> the key, tenant included
 */
final class SumTable<K> {

    /** A sum as one table names it. */
    record SumColumn(String name, String type, Function<Sums, ?> value, String merge) {

        static SumColumn count(String name, Function<Sums, Long> value) {
            return new SumColumn(name, "bigint", value, "%1$s.%2$s + excluded.%2$s");
        }

        static SumColumn amount(String name, Function<Sums, ?> value) {
            return new SumColumn(name, "numeric", value, "%1$s.%2$s + excluded.%2$s");
        }

        /** Counts travel as text: unnest takes no arrays of arrays. */
        static SumColumn responseTimes(String name) {
            return new SumColumn(
                    name,
                    "text",
                    sums -> sums.responseTimes().toSql(),
                    "trimmed_response_times(add_response_times(%1$s.%2$s, excluded.%2$s, 1))");
        }

        static SumColumn firstDay(String name) {
            return new SumColumn(name, "date", Sums::firstDay, "least(%1$s.%2$s, excluded.%2$s)");
        }

        static SumColumn lastDay(String name) {
            return new SumColumn(name, "date", Sums::lastDay, "greatest(%1$s.%2$s, excluded.%2$s)");
        }

        static SumColumn earliest(String name) {
            return new SumColumn(
                    name,
                    "timestamptz",
                    sums -> sums.first().atOffset(ZoneOffset.UTC),
                    "least(%1$s.%2$s, excluded.%2$s)");
        }

        static SumColumn latest(String name) {
            return new SumColumn(
                    name,
                    "timestamptz",
                    sums -> sums.last().atOffset(ZoneOffset.UTC),
                    "greatest(%1$s.%2$s, excluded.%2$s)");
        }
    }

    private final String name;
    private final List<String> keys = new ArrayList<>();
    private final List<String> orders = new ArrayList<>();
    private final List<SumColumn> sums = new ArrayList<>();
    private final List<String> read = new ArrayList<>();
    private final Unnest<Map.Entry<K, Sums>> rows = new Unnest<>();

    /** Of the columns named so far; every event runs it, so it is not put together again. */
    private String upsert;

    SumTable(String name) {
        this.name = name;
    }

    SumTable<K> key(String column, String type, Function<K, ?> value) {
        keys.add(column);
        orders.add("row." + column + (type.equals("text") ? " collate \"C\"" : ""));
        read.add("row." + column);
        rows.column(column, type, row -> value.apply(row.getKey()));
        return this;
    }

    SumTable<K> sums(SumColumn... columns) {
        for (SumColumn column : columns) {
            sums.add(column);
            read.add("row." + column.name + (column.type.equals("text") ? "::bigint[]" : ""));
            rows.column(column.name, column.type, row -> column.value.apply(row.getValue()));
        }
        upsert = upsert();
        return this;
    }

    void add(Handle transaction, Map<K, Sums> delta) {
        if (!delta.isEmpty()) {
            rows.bind(transaction.createUpdate(upsert), transaction, List.copyOf(delta.entrySet()))
                    .execute();
        }
    }

    /** Adds, and returns what {@code returning} reads from the rows as they stand now. */
    <R> List<R> add(Handle transaction, Map<K, Sums> delta, String returning, RowMapper<R> mapper) {
        if (delta.isEmpty()) {
            return List.of();
        }
        return rows.bind(
                        transaction.createQuery(upsert + " returning " + returning),
                        transaction,
                        List.copyOf(delta.entrySet()))
                .map(mapper)
                .list();
    }

    // Rows are touched in the bytewise order of their keys, so that two transactions never wait for each other
    // crosswise.
    private String upsert() {
        String key = String.join(", ", keys);
        String order = String.join(", ", orders);
        return """
                insert into %1$s (%2$s)
                select %3$s from %4$s order by %5$s
                on conflict (%6$s) do update set %7$s""".formatted(name, rows.names(), String.join(", ", read), rows.from(), order, key, merges());
    }

    private String merges() {
        return sums.stream()
                .map(column -> column.name + " = " + column.merge.formatted(name, column.name))
                .collect(Collectors.joining(", "));
    }
}
