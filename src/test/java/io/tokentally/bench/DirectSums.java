package io.tokentally.bench;

import io.tokentally.bench.DirectRows.Row;
import io.tokentally.shared.ResponseTimes;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
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
            row -> Stream.of(List.of(row.userKey(), month(row))),
            used(),
            Map.of("first_call", "at", "last_call", "at")),
    TENANT_BALANCE("month date", row -> Stream.of(List.of(month(row))), used(), Map.of("users", "0")),
    ROLLUP_CONTEXT(
            "grain text, period date, endpoint text, provider text, model text, call_type text, scope text,"
                    + " git_branch text, source text, success boolean",
            row -> periods(row)
                    .map(period -> List.of(
                            period.grain,
                            period.start,
                            row.priced().kind().endpoint(),
                            row.priced().provider(),
                            row.priced().kind().model(),
                            "",
                            "",
                            "",
                            "api",
                            true)),
            all(),
            Map.of()),
    ROLLUP_SESSION(
            "grain text, period date, session_id text",
            row -> periods(row)
                    .filter(period -> !period.grain.equals("month"))
                    .map(period -> List.of(period.grain, period.start, row.session())),
            all(),
            Map.of("first_at", "at", "last_at", "at", "first_day", "on_day", "last_day", "on_day")),
    ROLLUP_USER(
            "grain text, period date, user_key bigint",
            row -> periods(row).map(period -> List.of(period.grain, period.start, row.userKey())),
            all(),
            Map.of("first_at", "at", "last_at", "at")),
    ROLLUP_TENANT(
            "grain text, period date",
            row -> periods(row).map(period -> List.of(period.grain, period.start)),
            all(),
            Map.of("users", "0"));

    private record Period(String grain, LocalDate start) {}

    /** What a group of rows adds up to. */
    private static final class Totals {

        private static final List<String> COLUMNS = List.of(
                "n bigint",
                "prompt bigint",
                "completion bigint",
                "input numeric",
                "output numeric",
                "ms bigint",
                "times text",
                "at timestamptz",
                "on_day date");

        private long events;
        private long prompt;
        private long completion;
        private BigDecimal input = BigDecimal.ZERO;
        private BigDecimal output = BigDecimal.ZERO;
        private long responseTimeMs;
        private ResponseTimes responseTimes = ResponseTimes.NONE;
        private OffsetDateTime at;
        private LocalDate day;

        private void add(Row row) {
            events++;
            prompt += row.priced().kind().promptTokens();
            completion += row.priced().kind().completionTokens();
            input = input.add(row.priced().inputCost());
            output = output.add(row.priced().outputCost());
            responseTimeMs += row.priced().kind().responseTimeMs();
            responseTimes =
                    responseTimes.plus(ResponseTimes.of(row.priced().kind().responseTimeMs(), 1));
            at = row.at();
            day = row.day();
        }

        private Object get(int column) {
            return switch (column) {
                case 0 -> events;
                case 1 -> prompt;
                case 2 -> completion;
                case 3 -> input;
                case 4 -> output;
                case 5 -> responseTimeMs;
                case 6 -> responseTimes.toSql();
                case 7 -> at;
                default -> day;
            };
        }
    }

    private final List<String> keys;
    private final Function<Row, Stream<List<Object>>> keysOf;
    private final String upsert;

    DirectSums(
            String keys,
            Function<Row, Stream<List<Object>>> keysOf,
            Map<String, String> common,
            Map<String, String> special) {
        this.keys = List.of(keys.split(", "));
        this.keysOf = keysOf;
        var sums = new HashMap<>(common);
        sums.putAll(special);
        sums.put("events", "n");
        sums.put("unpriced_calls", "0");
        this.upsert = upsert(sums);
    }

    /** Queries that each count every event of the tenants {@code bench.tenants} once, if its sum is kept. */
    Stream<String> counts() {
        String count =
                "select coalesce(sum(events), 0) from %s, bench where tenant_id = any (tenants)".formatted(tableName());
        return switch (this) {
            case QUOTA_BALANCE, TENANT_BALANCE -> Stream.of(count);
            case ROLLUP_SESSION -> Stream.of("day", "ever").map(grain -> count + " and grain = '" + grain + "'");
            default -> Stream.of("day", "month", "ever").map(grain -> count + " and grain = '" + grain + "'");
        };
    }

    String tableName() {
        return name().toLowerCase(Locale.ROOT);
    }

    void add(Connection connection, String tenant, List<Row> rows) throws SQLException {
        var sums = new HashMap<List<Object>, Totals>();
        for (Row row : rows) {
            keysOf.apply(row)
                    .forEach(key ->
                            sums.computeIfAbsent(key, none -> new Totals()).add(row));
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

    private static LocalDate month(Row row) {
        return row.day().withDayOfMonth(1);
    }

    private static Stream<Period> periods(Row row) {
        return Stream.of(
                new Period("day", row.day()),
                new Period("month", month(row)),
                new Period("ever", LocalDate.of(1, 1, 1)));
    }

    private static Map<String, String> used() {
        return Map.of(
                "used_calls",
                "n",
                "used_prompt_tokens",
                "prompt",
                "used_completion_tokens",
                "completion",
                "used_cost",
                "input + output");
    }

    private static Map<String, String> all() {
        return Map.ofEntries(
                Map.entry("calls", "n"),
                Map.entry("failed_calls", "0"),
                Map.entry("cache_hits", "0"),
                Map.entry("prompt_tokens", "prompt"),
                Map.entry("completion_tokens", "completion"),
                Map.entry("cache_read_tokens", "0"),
                Map.entry("cache_write_tokens", "0"),
                Map.entry("reasoning_tokens", "0"),
                Map.entry("input_cost", "input"),
                Map.entry("output_cost", "output"),
                Map.entry("response_time_ms", "ms"),
                Map.entry("timed_events", "n"),
                Map.entry("response_times", "times::bigint[]"));
    }

    private static String merge(String table, String column) {
        String merged = switch (column) {
            case "first_at", "first_call", "first_day" -> "least(%s.%s, excluded.%2$s)";
            case "last_at", "last_call", "last_day" -> "greatest(%s.%s, excluded.%2$s)";
            case "response_times" -> "trimmed_response_times(add_response_times(%s.%s, excluded.%2$s, 1))";
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
