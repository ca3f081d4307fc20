package io.tokentally.reporting;

import io.tokentally.reporting.Cover.Piece;
import io.tokentally.shared.TenantId;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The sums of some calls by some keys, as SQL: from a table of sums where one can tell these calls apart, else from the
 * rows. Either gives the same figures under the same names; keys are text, {@code k0} and {@code k1}, and empty for none.
 *
 * @param rollup empty: from the rows
 */
record SumsQuery(UsageFilter filter, List<GroupBy> by, Optional<Rollup> rollup) {

    static final String SUMS = "sums";
    static final String ROWS = "rows";

    private static final List<String> COUNTS = List.of(
            "events",
            "calls",
            "failed_calls",
            "cache_hits",
            "unpriced_calls",
            "prompt_tokens",
            "completion_tokens",
            "cache_read_tokens",
            "cache_write_tokens",
            "reasoning_tokens",
            "input_cost",
            "output_cost",
            "response_time_ms",
            "timed_events");

    private static final long DAYS_OF_ROWS = 30;

    private static final String BYTEWISE = " collate \"C\"";

    private static final String SIGN = "case when reverses is null then 1 else -1 end";

    // A reversal takes away from what counts calls, hits and times; its own tokens and costs are negative.
    private static final Map<String, String> OF_ROWS = Map.ofEntries(
            Map.entry("events", "count(*)"),
            Map.entry("calls", "coalesce(sum(calls), 0)"),
            Map.entry("failed_calls", "coalesce(sum(calls) filter (where not success), 0)"),
            Map.entry("cache_hits", "coalesce(sum(" + SIGN + ") filter (where cache_hit), 0)"),
            Map.entry("unpriced_calls", "coalesce(sum(calls) filter (where total_cost is null), 0)"),
            Map.entry("prompt_tokens", "coalesce(sum(prompt_tokens), 0)"),
            Map.entry("completion_tokens", "coalesce(sum(completion_tokens), 0)"),
            Map.entry("cache_read_tokens", "coalesce(sum(cache_read_tokens), 0)"),
            Map.entry("cache_write_tokens", "coalesce(sum(cache_write_5m_tokens + cache_write_1h_tokens), 0)"),
            Map.entry("reasoning_tokens", "coalesce(sum(reasoning_tokens), 0)"),
            Map.entry("input_cost", "coalesce(sum(input_cost), 0)"),
            Map.entry("output_cost", "coalesce(sum(output_cost), 0)"),
            Map.entry("response_time_ms", "coalesce(sum(response_time_ms), 0)"),
            Map.entry("timed_events", "coalesce(sum(" + SIGN + ") filter (where response_time_ms is not null), 0)"),
            Map.entry(
                    "response_times",
                    "counted_response_times(array_agg(response_time_bucket(response_time_ms) * (" + SIGN
                            + ")) filter (where response_time_ms is not null))"));

    static final List<String> ALL_SUMS =
            Stream.concat(COUNTS.stream(), Stream.of("response_times")).toList();

    static SumsQuery of(UsageFilter filter, List<GroupBy> by) {
        return new SumsQuery(filter, by, rollup(filter, by));
    }

    static SumsQuery ofRows(UsageFilter filter, List<GroupBy> by) {
        return new SumsQuery(filter, by, Optional.empty());
    }

    /** Where nobody named days and single calls are read, those of the last days. */
    SumsQuery orOfLastDays(Supplier<LocalDate> today) {
        return rollup.isEmpty() && filter.days().isAllTime()
                ? ofRows(filter.during(DateRange.endingOn(today.get(), DAYS_OF_ROWS)), by)
                : this;
    }

    /** The same calls, not told apart. From the rows where this is: one answer has one source. */
    SumsQuery total() {
        return rollup.isEmpty() ? ofRows(filter, List.of()) : of(filter, List.of());
    }

    private static Optional<Rollup> rollup(UsageFilter filter, List<GroupBy> by) {
        boolean byTag = by.stream().anyMatch(key -> key.dimension() == null);
        // calls without a session are in no sum of sessions
        boolean ofNoSession = "".equals(filter.values().get(Dimension.SESSION));
        if (byTag || ofNoSession || !filter.tags().isEmpty() || filter.minResponseTimeMs() != null) {
            return Optional.empty();
        }
        var dimensions = EnumSet.noneOf(Dimension.class);
        dimensions.addAll(filter.values().keySet());
        by.forEach(key -> dimensions.add(key.dimension()));
        return Rollup.of(dimensions);
    }

    boolean isFrom(Rollup table) {
        return rollup.filter(table::equals).isPresent();
    }

    /** Calls without a session are in no group then: there is no such thing as the session they lack. */
    boolean tellsSessionsApart() {
        return by.stream().anyMatch(key -> key.dimension() == Dimension.SESSION);
    }

    /** Whether single calls are read, and all of them are in a group: their total is then that of the groups. */
    boolean groupsAreAllRead() {
        return rollup.isEmpty() && !by.isEmpty() && !tellsSessionsApart();
    }

    /** The columns of {@link #sql} with {@link #ALL_SUMS}, over all its rows; no keys. */
    String sumsOfGroups() {
        Stream<String> keys = by.stream().map(key -> "null");
        Stream<String> counts = COUNTS.stream().map(name -> "coalesce(sum(" + name + "), 0)");
        return Stream.of(keys, counts, Stream.of("sum_response_times(response_times, 1)"))
                .flatMap(columns -> columns)
                .collect(Collectors.joining(", "));
    }

    /** As an answer says it. */
    String source() {
        return rollup.isPresent() ? SUMS : ROWS;
    }

    /** A row for each combination of keys that has calls; without keys one row. */
    String sql(List<String> sums) {
        return sql(sums, "");
    }

    /** @param further a condition over the table's columns; empty: none */
    String sql(List<String> sums, String further) {
        return sql(sums, further, "", pieces());
    }

    /**
     * The same for each step, as {@code step}.
     *
     * @param step an expression over {@code period} or the rows' own columns
     */
    String sqlBySteps(List<String> sums, String step, Steps.Size size, String further) {
        return sql(sums, further, step + "::text", size == Steps.Size.MONTH ? pieces() : days());
    }

    private String sql(List<String> sums, String further, String step, List<Piece> pieces) {
        var selected = new ArrayList<String>();
        for (int i = 0; i < by.size(); i++) {
            selected.add(key(i) + " as k" + i);
        }
        if (!step.isEmpty()) {
            selected.add(step + " as step");
        }
        String grouped = IntStream.rangeClosed(1, selected.size())
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(", "));
        sums.forEach(name -> selected.add(sum(name) + " as " + name));
        return "select " + String.join(", ", selected) + " from " + from(pieces, further)
                + (grouped.isEmpty() ? "" : " group by " + grouped + " having " + sum("events") + " <> 0");
    }

    /** A condition: of the first key's values only {@code :keys}. */
    String onlyKeys() {
        return switch (by.getFirst().dimension()) {
            case USER -> key(0) + " = any(:keys::bigint[])";
            case null, default -> key(0) + " = any(:keys)";
        };
    }

    private String sum(String name) {
        if (rollup.isEmpty()) {
            return OF_ROWS.get(name);
        }
        return name.equals("response_times")
                ? "sum_response_times(response_times, sign)"
                : "coalesce(sum(sign * " + name + "), 0)";
    }

    private String from(List<Piece> pieces, String further) {
        String also = (further.isEmpty() ? "" : " and " + further)
                + (tellsSessionsApart() ? " and session_id is not null" : "");
        return rollup.map(table -> table(table, pieces, also))
                .orElseGet(() -> "(select *, usage_day as period from user_api_usage where " + filter.condition() + also
                        + ") rows");
    }

    private String table(Rollup table, List<Piece> pieces, String also) {
        return pieces.stream()
                .map(piece ->
                        "select %d as sign, * from %s where tenant_id = :tenant and grain = '%s' and period between date '%s' and date '%s'%s%s"
                                .formatted(
                                        piece.sign(),
                                        table.table(),
                                        piece.grainInSql(),
                                        piece.first(),
                                        piece.last(),
                                        filterOfSums(),
                                        also))
                .collect(Collectors.joining(" union all ", "(", ") sums"));
    }

    private List<Piece> pieces() {
        return isFrom(Rollup.SESSIONS) ? days() : Cover.of(filter.days());
    }

    private List<Piece> days() {
        return Cover.ofDays(filter.days());
    }

    private String filterOfSums() {
        return filter.values().entrySet().stream()
                .map(entry -> " and " + condition(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
    }

    private static String condition(Dimension dimension, String value) {
        return switch (dimension) {
            case SUCCESS -> value.equals("true") ? "success" : "not success";
            case USER ->
                value.isEmpty()
                        ? "user_key = 0"
                        : "user_key = (select user_key from app_user where tenant_id = :tenant and user_id = :userId)";
            default -> dimension.column() + " = " + (value.isEmpty() ? "''" : ":" + dimension.parameter());
        };
    }

    private String key(int position) {
        GroupBy key = by.get(position);
        if (key.dimension() == null) {
            return "coalesce(tags ->> :byTag" + position + ", '')" + BYTEWISE;
        }
        return switch (key.dimension()) {
            case USER -> rollup.isPresent() ? "user_key" : "coalesce(user_key, 0)";
            case SUCCESS -> "success::text";
            default ->
                (rollup.isPresent()
                                ? key.dimension().column()
                                : "coalesce(" + key.dimension().column() + ", '')")
                        + BYTEWISE;
        };
    }

    <S extends SqlStatement<S>> S bind(S statement, TenantId tenant) {
        filter.bind(statement, tenant);
        for (int i = 0; i < by.size(); i++) {
            if (by.get(i).dimension() == null) {
                statement.bind("byTag" + i, by.get(i).tag());
            }
        }
        return statement;
    }
}
