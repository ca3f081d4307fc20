package io.tokentally.ledger;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.uuid.impl.UUIDUtil;
import io.tokentally.pricing.Cost;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The facts themselves: {@code user_api_usage}. */
final class UsageRows {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Unnest<Fact> ROWS = new Unnest<Fact>()
            .column("tenant_id", "text", fact -> fact.tenant().value())
            .column("usage_day", "date", Fact::day)
            .column("id", "uuid", Fact::id)
            .column("source", "text", fact -> fact.usage().source())
            .column("event_id", "text", fact -> fact.usage().eventId())
            .column("user_key", "bigint", Fact::userKey)
            .column("endpoint", "text", fact -> fact.usage().endpoint())
            .column("provider", "text", Fact::provider)
            .column("model", "text", fact -> fact.usage().model())
            .column("call_type", "text", fact -> fact.usage().callType())
            .column("scope", "text", fact -> fact.usage().scope())
            .column("session_id", "text", fact -> fact.usage().sessionId())
            .column("problem_id", "text", fact -> fact.usage().problemId())
            .column("grade_level", "text", fact -> fact.usage().gradeLevel())
            .column("git_branch", "text", fact -> fact.usage().gitBranch())
            .column("calls", "int2", Fact::calls)
            .column("prompt_tokens", "bigint", tokens(TokenCounts::prompt))
            .column("completion_tokens", "bigint", tokens(TokenCounts::completion))
            .column("cache_read_tokens", "bigint", tokens(TokenCounts::cacheRead))
            .column("cache_write_5m_tokens", "bigint", tokens(TokenCounts::cacheWrite5m))
            .column("cache_write_1h_tokens", "bigint", tokens(TokenCounts::cacheWrite1h))
            .column("reasoning_tokens", "bigint", tokens(TokenCounts::reasoning))
            .column("input_cost", "numeric", fact -> cost(fact, Cost::input))
            .column("output_cost", "numeric", fact -> cost(fact, Cost::output))
            .column("price_id", "bigint", Fact::priceId)
            .column("response_time_ms", "bigint", UsageRows::responseTimeMs)
            .column("success", "boolean", fact -> fact.usage().success())
            .column("error_message", "text", fact -> fact.usage().errorMessage())
            .column("cache_hit", "boolean", fact -> fact.usage().cacheHit())
            .column("tags", "text", fact -> json(fact.usage().tags()))
            .column("flags", "text", UsageRows::flags)
            .column("occurred_at", "timestamptz", fact -> utc(fact.occurredAt()))
            .column("recorded_at", "timestamptz", fact -> utc(fact.recordedAt()))
            .column(
                    "reverses",
                    "uuid",
                    fact -> fact.reversal() == null ? null : fact.reversal().undone())
            .column(
                    "reversal_reason",
                    "text",
                    fact -> fact.reversal() == null ? null : fact.reversal().reason());

    // tags and flags travel as text: unnest takes no arrays of arrays.
    private static final String INSERT = """
            insert into user_api_usage (%s)
            select %s from %s""".formatted(
                    ROWS.names(),
                    ROWS.names().replace("tags", "tags::jsonb").replace("flags", "string_to_array(flags, ',')"),
                    ROWS.from());

    /** What {@link #fact} reads. */
    static final String COLUMNS =
            ROWS.names().replace("tags", "tags::text as tags").replace("flags", "array_to_string(flags, ',') as flags");

    private static final String FIND =
            "select %s from user_api_usage where tenant_id = :tenant and id = :id".formatted(COLUMNS);

    /** An event is seldom recorded long after the day it happened on. */
    private static final String FIND_BY_DAY = FIND + " and usage_day between :from and :until";

    private static final int DAYS_AROUND = 2;

    private UsageRows() {}

    static void insert(Handle transaction, List<Fact> facts) {
        ROWS.bind(transaction.createUpdate(INSERT), transaction, facts).execute();
    }

    /** The row of an id. The id tells when it was recorded: rows of days around it are asked first, then all. */
    static Optional<Fact> find(Handle transaction, TenantId tenant, UUID id) {
        LocalDate recorded = LocalDate.ofInstant(Instant.ofEpochMilli(UUIDUtil.extractTimestamp(id)), ZoneOffset.UTC);
        return find(
                        transaction
                                .createQuery(FIND_BY_DAY)
                                .bind("from", recorded.minusDays(DAYS_AROUND))
                                .bind("until", recorded.plusDays(DAYS_AROUND)),
                        tenant,
                        id)
                .or(() -> find(transaction.createQuery(FIND), tenant, id));
    }

    /** The row of a fact as it stands now. Empty when its month has been sealed since. */
    static Optional<Fact> find(Handle transaction, Fact earlier) {
        return find(
                transaction.createQuery(FIND + " and usage_day = :day").bind("day", earlier.day()),
                earlier.tenant(),
                earlier.id());
    }

    private static Optional<Fact> find(Query query, TenantId tenant, UUID id) {
        return query.bind("tenant", tenant.value())
                .bind("id", id)
                .map((row, context) -> fact(row))
                .findOne();
    }

    static Fact fact(ResultSet row) throws SQLException {
        UUID undone = row.getObject("reverses", UUID.class);
        int sign = undone == null ? 1 : -1;
        BigDecimal inputCost = row.getBigDecimal("input_cost");
        Cost cost = inputCost == null ? null : new Cost(inputCost, row.getBigDecimal("output_cost"));
        return new Fact(
                new TenantId(row.getString("tenant_id")),
                row.getObject("id", UUID.class),
                row.getObject("user_key", Long.class),
                usage(row, sign),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                row.getObject("usage_day", LocalDate.class),
                row.getString("provider"),
                row.getObject("price_id", Long.class),
                Sums.signed(cost, sign),
                flags(row.getString("flags")),
                undone == null ? null : new Fact.Reversal(undone, row.getString("reversal_reason")));
    }

    /** Who it was is not read: the row knows the user's key. */
    private static RecordUsage usage(ResultSet row, int sign) throws SQLException {
        Long responseTimeMs = row.getObject("response_time_ms", Long.class);
        return new RecordUsage(
                null,
                false,
                row.getString("endpoint"),
                row.getString("provider"),
                row.getString("model"),
                new TokenCounts(
                        sign * row.getLong("prompt_tokens"),
                        sign * row.getLong("completion_tokens"),
                        sign * row.getLong("cache_read_tokens"),
                        sign * row.getLong("cache_write_5m_tokens"),
                        sign * row.getLong("cache_write_1h_tokens"),
                        sign * row.getLong("reasoning_tokens")),
                row.getString("source"),
                row.getString("event_id"),
                null,
                row.getString("session_id"),
                row.getString("problem_id"),
                row.getString("grade_level"),
                row.getString("call_type"),
                row.getString("scope"),
                row.getString("git_branch"),
                responseTimeMs == null ? null : sign * responseTimeMs,
                row.getBoolean("success"),
                row.getString("error_message"),
                row.getBoolean("cache_hit"),
                tags(row.getString("tags")),
                Set.of(),
                null);
    }

    private static Function<Fact, Long> tokens(ToLongFunction<TokenCounts> kind) {
        return fact -> fact.sign() * kind.applyAsLong(fact.usage().tokens());
    }

    private static BigDecimal cost(Fact fact, Function<Cost, BigDecimal> part) {
        return fact.cost() == null ? null : Sums.signed(part.apply(fact.cost()), fact.sign());
    }

    private static Long responseTimeMs(Fact fact) {
        Long time = fact.usage().responseTimeMs();
        return time == null ? null : fact.sign() * time;
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static String flags(Fact fact) {
        return fact.flags().stream()
                .map(flag -> flag.name().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static Set<Flag> flags(String names) {
        return names.isEmpty()
                ? Set.of()
                : Stream.of(names.split(","))
                        .map(name -> Flag.valueOf(name.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toSet());
    }

    private static String json(SortedMap<String, Object> tags) {
        try {
            return tags.isEmpty() ? null : JSON.writeValueAsString(tags);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("tags are text, numbers and booleans", impossible);
        }
    }

    private static SortedMap<String, Object> tags(String json) {
        try {
            return json == null
                    ? new TreeMap<>()
                    : JSON.readValue(json, new TypeReference<TreeMap<String, Object>>() {});
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("user_api_usage.tags holds JSON that PostgreSQL accepted", broken);
        }
    }
}
