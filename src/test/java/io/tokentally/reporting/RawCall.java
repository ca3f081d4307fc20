package io.tokentally.reporting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of {@code user_api_usage}, and nothing that the service made of it.
 *
 * @param day of its instant in the zone, not the one that is kept
 * @param stands neither undone nor what undid another
 */
record RawCall(ObjectNode row, LocalDate day, boolean stands, long userKey) {

    private static final String ROWS = """
            select (to_jsonb(e) - '{tenant_id,user_key,price_id}'::text[]) || jsonb_build_object(
                       'user_id', case when u.user_id_is_number then to_jsonb(u.user_id::bigint) else to_jsonb(u.user_id) end,
                       'username', u.username, 'email', u.email),
                   exists (select from user_api_usage r where r.reverses = e.id) or e.reverses is not null,
                   coalesce(e.user_key, 0)
            from user_api_usage e left join app_user u using (tenant_id, user_key)""";

    static List<RawCall> allOf(Connection tenant, HomeZone zone) throws SQLException {
        try (var statement = tenant.createStatement();
                var rows = statement.executeQuery(ROWS)) {
            var calls = new ArrayList<RawCall>();
            while (rows.next()) {
                var row = (ObjectNode) ExactJson.of(rows.getString(1));
                inUtc(row, "recorded_at");
                Instant at = inUtc(row, "occurred_at");
                calls.add(new RawCall(row, zone.dayOf(at), !rows.getBoolean(2), rows.getLong(3)));
            }
            return calls;
        }
    }

    private static Instant inUtc(ObjectNode row, String name) {
        Instant at = OffsetDateTime.parse(row.get(name).textValue()).toInstant();
        row.put(name, at.toString());
        return at;
    }

    static List<RawCall> standing(List<RawCall> calls) {
        return calls.stream().filter(RawCall::stands).toList();
    }

    String id() {
        return row.get("id").textValue();
    }

    Instant at() {
        return Instant.parse(row.get("occurred_at").textValue());
    }

    boolean is(String flag) {
        return row.get(flag).booleanValue();
    }

    /** Answered by the model; anything else is a hit of the application's own cache. */
    boolean isCall() {
        return !is("cache_hit");
    }

    long count(String name) {
        return row.get(name).longValue();
    }

    /** Null where there is none. */
    BigDecimal amount(String name) {
        return row.get(name).isNull() ? null : row.get(name).decimalValue();
    }

    /** What {@code by} tells it apart by, as JSON; null: nothing. */
    JsonNode key(String by) {
        return switch (by) {
            case "user" -> row.get("user_id");
            case "session" -> row.get("session_id");
            case String tag
            when tag.startsWith("tag:") -> {
                String text = text(tag);
                yield text.isEmpty() ? ExactJson.NULL : ExactJson.text(text);
            }
            default -> row.get(by);
        };
    }

    /** As a filter names it; empty: none. */
    String text(String by) {
        JsonNode value = by.startsWith("tag:") ? row.path("tags").path(by.substring("tag:".length())) : key(by);
        return value.isNull() || value.isMissingNode() ? "" : value.asText();
    }
}
