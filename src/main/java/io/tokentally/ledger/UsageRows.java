package io.tokentally.ledger;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The facts themselves: {@code user_api_usage}. */
final class UsageRows {

    private record Row(PricedUsage usage, Long userKey) {}

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private static final Unnest<Row> ROWS = new Unnest<Row>()
            .column("usage_day", "date", row -> row.usage.day())
            .column("id", "uuid", row -> row.usage.id())
            .column("source", "text", row -> row.usage.command().source())
            .column("event_id", "text", row -> row.usage.command().eventId())
            .column("user_key", "bigint", Row::userKey)
            .column("endpoint", "text", row -> row.usage.command().endpoint())
            .column("provider", "text", row -> row.usage.provider())
            .column("model", "text", row -> row.usage.command().model())
            .column("call_type", "text", row -> row.usage.command().callType())
            .column("scope", "text", row -> row.usage.command().scope())
            .column("session_id", "text", row -> row.usage.command().sessionId())
            .column("problem_id", "text", row -> row.usage.command().problemId())
            .column("grade_level", "text", row -> row.usage.command().gradeLevel())
            .column("git_branch", "text", row -> row.usage.command().gitBranch())
            .column("calls", "int2", row -> row.usage.calls())
            .column(
                    "prompt_tokens",
                    "bigint",
                    row -> row.usage.command().tokens().prompt())
            .column(
                    "completion_tokens",
                    "bigint",
                    row -> row.usage.command().tokens().completion())
            .column(
                    "cache_read_tokens",
                    "bigint",
                    row -> row.usage.command().tokens().cacheRead())
            .column(
                    "cache_write_5m_tokens",
                    "bigint",
                    row -> row.usage.command().tokens().cacheWrite5m())
            .column(
                    "cache_write_1h_tokens",
                    "bigint",
                    row -> row.usage.command().tokens().cacheWrite1h())
            .column(
                    "reasoning_tokens",
                    "bigint",
                    row -> row.usage.command().tokens().reasoning())
            .column(
                    "input_cost",
                    "numeric",
                    row -> row.usage.cost() == null ? null : row.usage.cost().input())
            .column(
                    "output_cost",
                    "numeric",
                    row -> row.usage.cost() == null ? null : row.usage.cost().output())
            .column(
                    "price_id",
                    "bigint",
                    row -> row.usage.price() == null ? null : row.usage.price().id())
            .column("response_time_ms", "bigint", row -> row.usage.command().responseTimeMs())
            .column("success", "boolean", row -> row.usage.command().success())
            .column("error_message", "text", row -> row.usage.command().errorMessage())
            .column("cache_hit", "boolean", row -> row.usage.command().cacheHit())
            .column("tags", "text", row -> json(row.usage.command().tags()))
            .column("flags", "text", row -> flags(row.usage.command()))
            .column("occurred_at", "timestamptz", row -> utc(row.usage.occurredAt()))
            .column("recorded_at", "timestamptz", row -> utc(row.usage.recordedAt()));

    // tags and flags travel as text: unnest takes no arrays of arrays.
    private static final String INSERT = """
            insert into user_api_usage (tenant_id, %s)
            select :tenant, %s from %s""".formatted(
                    ROWS.names(),
                    ROWS.names().replace("tags", "tags::jsonb").replace("flags", "string_to_array(flags, ',')"),
                    ROWS.from());

    private UsageRows() {}

    static void insert(Handle transaction, TenantId tenant, List<PricedUsage> usages, Map<UserId, Long> userKeys) {
        var rows = usages.stream()
                .map(usage -> new Row(usage, userKeys.get(usage.command().userId())))
                .toList();
        ROWS.bind(transaction.createUpdate(INSERT), transaction, rows)
                .bind("tenant", tenant.value())
                .execute();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static String flags(RecordUsage command) {
        return command.flags().stream()
                .map(flag -> flag.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static String json(SortedMap<String, Object> tags) {
        try {
            return tags.isEmpty() ? null : JSON.writeValueAsString(tags);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("tags are text, numbers and booleans", impossible);
        }
    }
}
