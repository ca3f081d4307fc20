package io.tokentally.bench;

import io.tokentally.bench.DirectRows.Row;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of sums as a hand-made writer keeps them: added up in Java, one upsert for each. In the one lock order. */
enum DirectSums {
    QUOTA_BALANCE(
            "user_key bigint, month date",
            row -> List.of(row.userKey(), row.day().withDayOfMonth(1)),
            Map.of("used_calls", "n", "used_prompt_tokens", "prompt", "used_completion_tokens", "completion"),
            Map.of("used_cost", "input + output", "first_call", "at", "last_call", "at")),
    TENANT_BALANCE(
            "month date",
            row -> List.of(row.day().withDayOfMonth(1)),
            Map.of("used_calls", "n", "used_prompt_tokens", "prompt", "used_completion_tokens", "completion"),
            Map.of("used_cost", "input + output", "users", "0")),
    ROLLUP_ENDPOINT_DAY(
            "usage_day date, endpoint text, provider text, model text, call_type text, scope text",
            row -> List.of(
                    row.day(),
                    row.priced().kind().endpoint(),
                    row.priced().provider(),
                    row.priced().kind().model(),
                    "",
                    ""),
            tokensAndCosts(),
            Map.of(
                    "failed_calls", "0",
                    "cache_hits", "0",
                    "cache_read_tokens", "0",
                    "cache_write_tokens", "0",
                    "reasoning_tokens", "0",
                    "response_time_ms", "ms",
                    "timed_events", "n")),
    ROLLUP_SESSION(
            "session_id text",
            row -> List.of(row.session()),
            tokensAndCosts(),
            Map.of("first_at", "at", "last_at", "at")),
    ROLLUP_USER_DAY(
            "usage_day date, user_key bigint", row -> List.of(row.day(), row.userKey()), tokensAndCosts(), Map.of()),
    ROLLUP_TENANT_DAY("usage_day date", row -> List.of(row.day()), tokensAndCosts(), Map.of("users", "0"));

    /** What a group of rows adds up to. */
    private static final class Totals {

        private static final List<String> COLUMNS = List.of(
                "n bigint",
                "prompt bigint",
                "completion bigint",
                "input numeric",
                "output numeric",
                "ms bigint",
                "at timestamptz");

        private long events;
        private long prompt;
        private long completion;
        private BigDecimal input = BigDecimal.ZERO;
        private BigDecimal output = BigDecimal.ZERO;
        private long responseTimeMs;
        private OffsetDateTime at;

        private void add(Row row) {
            events++;
            prompt += row.priced().kind().promptTokens();
            completion += row.priced().kind().completionTokens();
            input = input.add(row.priced().inputCost());
            output = output.add(row.priced().outputCost());
            responseTimeMs += row.priced().kind().responseTimeMs();
            at = row.at();
        }

        private Object get(int column) {
            return switch (column) {
                case 0 -> events;
                case 1 -> prompt;
                case 2 -> completion;
                case 3 -> input;
                case 4 -> output;
                case 5 -> responseTimeMs;
                default -> at;
            };
        }
    }

    private final List<String> keys;
    private final Function<Row, List<Object>> keyOf;
    private final String upsert;

    DirectSums(
            String keys, Function<Row, List<Object>> keyOf, Map<String, String> common, Map<String, String> special) {
        this.keys = List.of(keys.split(", "));
        this.keyOf = keyOf;
        var sums = new HashMap<>(common);
        sums.putAll(special);
        sums.put("events", "n");
        sums.put("unpriced_calls", "0");
        this.upsert = upsert(sums);
    }

    String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    void add(Connection connection, String tenant, List<Row> rows) throws SQLException {
        var sums = new HashMap<List<Object>, Totals>();
        for (Row row : rows) {
            sums.computeIfAbsent(keyOf.apply(row), key -> new Totals()).add(row);
        }
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            statement.setString(1, tenant);
            int parameter = 2;
            for (int i = 0; i < keys.size(); i++) {
                int place = i;
                statement.setArray(
                        parameter++,
                        array(connection, keys.get(i), sums.keySet().stream().map(key -> key.get(place))));
            }
            for (int i = 0; i < Totals.COLUMNS.size(); i++) {
                int place = i;
                statement.setArray(
                        parameter++,
                        array(
                                connection,
                                Totals.COLUMNS.get(i),
                                sums.values().stream().map(total -> total.get(place))));
            }
            statement.executeUpdate();
        }
    }

    private String upsert(Map<String, String> sums) {
        String table = tableName();
        List<String> columns = List.copyOf(sums.keySet());
        return """
                insert into %s (tenant_id, %s, %s)
                select ?, %s, %s from unnest(%s) as row (%s) order by %s
                on conflict (tenant_id, %s) do update set %s""".formatted(
                table,
                names(keys),
                String.join(", ", columns),
                names(keys),
                columns.stream().map(sums::get).collect(Collectors.joining(", ")),
                Stream.concat(keys.stream(), Totals.COLUMNS.stream())
                        .map(column -> "?::" + type(column) + "[]")
                        .collect(Collectors.joining(", ")),
                names(Stream.concat(keys.stream(), Totals.COLUMNS.stream()).toList()),
                names(keys),
                names(keys),
                columns.stream().map(column -> merge(table, column)).collect(Collectors.joining(", ")));
    }

    private static Map<String, String> tokensAndCosts() {
        return Map.of(
                "calls",
                "n",
                "prompt_tokens",
                "prompt",
                "completion_tokens",
                "completion",
                "input_cost",
                "input",
                "output_cost",
                "output");
    }

    private static String merge(String table, String column) {
        String merged = switch (column) {
            case "first_at", "first_call" -> "least(%s.%s, excluded.%2$s)";
            case "last_at", "last_call" -> "greatest(%s.%s, excluded.%2$s)";
            default -> "%s.%s + excluded.%2$s";
        };
        return column + " = " + merged.formatted(table, column);
    }

    private static String names(List<String> columns) {
        return columns.stream().map(column -> column.split(" ")[0]).collect(Collectors.joining(", "));
    }

    private static String type(String column) {
        return column.split(" ")[1];
    }

    private static Array array(Connection connection, String column, Stream<?> values) throws SQLException {
        return connection.createArrayOf(type(column), values.toArray());
    }
}
