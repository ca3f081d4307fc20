package io.tokentally.reporting;

import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Caller;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Which calls are meant: those of the days that fit every value. A value nobody ever sent fits no call.
 *
 * @param values empty text: the calls without one
 * @param minResponseTimeMs null: any, also none
 */
record UsageFilter(DateRange days, Map<Dimension, String> values, List<Tag> tags, Long minResponseTimeMs) {

    /** @param value as text; empty: the calls without this tag, or with an empty one */
    record Tag(String key, String value) {}

    UsageFilter {
        values = Map.copyOf(values);
        tags = List.copyOf(tags);
    }

    /** Of all time. */
    static UsageFilter of(Dimension dimension, String value) {
        return new UsageFilter(DateRange.ALL_TIME, Map.of(dimension, value), List.of(), null);
    }

    UsageFilter during(DateRange days) {
        return new UsageFilter(days, values, tags, minResponseTimeMs);
    }

    /** Whose calls alone; null: everybody's, or nobody's. */
    UserId user() {
        String id = values.getOrDefault(Dimension.USER, "");
        return id.isEmpty() ? null : new UserId(id);
    }

    /** For the audit log, which keeps no free text and says elsewhere whom it is about. */
    void addDetails(Map<String, Object> details) {
        if (user() != null) {
            details.put("of_one_user", true);
        }
        if (!names().isEmpty()) {
            details.put("filters", names());
        }
    }

    private List<String> names() {
        Stream<String> ofValues = values.keySet().stream()
                .filter(dimension -> dimension != Dimension.USER)
                .map(Dimension::parameter);
        Stream<String> others = Stream.of(
                        tags.isEmpty() ? null : "tag", minResponseTimeMs == null ? null : "minResponseTimeMs")
                .filter(Objects::nonNull);
        return Stream.concat(ofValues, others).sorted().toList();
    }

    boolean isOfAllCalls() {
        return values.isEmpty() && tags.isEmpty() && minResponseTimeMs == null;
    }

    /** Also of this value, in the place of any other. */
    UsageFilter with(Dimension dimension, String value) {
        var all = new EnumMap<Dimension, String>(Dimension.class);
        all.putAll(values);
        all.put(dimension, value);
        return new UsageFilter(days, all, tags, minResponseTimeMs);
    }

    UsageFilter without(Dimension dimension) {
        var others = new EnumMap<Dimension, String>(Dimension.class);
        others.putAll(values);
        others.remove(dimension);
        return new UsageFilter(days, others, tags, minResponseTimeMs);
    }

    /** @throws NotFound when a member asks for somebody else's calls, or for nobody's */
    UsageFilter asSeenBy(Caller caller) {
        if (!caller.isOnlyMember()) {
            return this;
        }
        String own = caller.user().value();
        if (!values.getOrDefault(Dimension.USER, own).equals(own)) {
            throw new NotFound();
        }
        return with(Dimension.USER, own);
    }

    /** A condition over {@code user_api_usage}, whose columns it names without an alias; {@link #bind} has its values. */
    String condition() {
        var parts = new ArrayList<String>();
        parts.add("tenant_id = :tenant and usage_day between :first and :last");
        for (Dimension dimension : Dimension.values()) {
            if (values.containsKey(dimension)) {
                parts.add(condition(dimension, values.get(dimension)));
            }
        }
        for (int tag = 0; tag < tags.size(); tag++) {
            parts.add(
                    tags.get(tag).value.isEmpty()
                            ? "coalesce(tags ->> :tagKey" + tag + ", '') = ''"
                            : "tags ->> :tagKey" + tag + " = :tagValue" + tag);
        }
        if (minResponseTimeMs != null) {
            // a reversal has the time of what it undoes, negated; the two go together
            parts.add("abs(response_time_ms) >= :minResponseTimeMs");
        }
        return String.join(" and ", parts);
    }

    /**
     * As {@link #condition}, without what was undone and what undid it. A reversal is like what it undoes in everything
     * that is asked for; and there are few, so they are read once and not looked for with each call.
     */
    String conditionOfCallsThatStand() {
        String condition = condition();
        return condition + " and reverses is null and id not in (select reverses from user_api_usage where " + condition
                + " and reverses is not null)";
    }

    /** The text decides which index can serve: of failed calls, {@code not success}. */
    private static String condition(Dimension dimension, String value) {
        if (dimension == Dimension.SUCCESS) {
            return value.equals("true") ? "success" : "not success";
        }
        if (value.isEmpty()) {
            return dimension.column() + " is null";
        }
        return dimension.column() + " = "
                + (dimension == Dimension.USER
                        ? "(select user_key from app_user where tenant_id = :tenant and user_id = :userId)"
                        : ":" + dimension.parameter());
    }

    <S extends SqlStatement<S>> S bind(S statement, TenantId tenant) {
        statement.bind("tenant", tenant.value()).bind("first", days.first()).bind("last", days.last());
        values.forEach((dimension, value) -> {
            if (dimension != Dimension.SUCCESS && !value.isEmpty()) {
                statement.bind(dimension.parameter(), value);
            }
        });
        for (int tag = 0; tag < tags.size(); tag++) {
            statement.bind("tagKey" + tag, tags.get(tag).key);
            if (!tags.get(tag).value.isEmpty()) {
                statement.bind("tagValue" + tag, tags.get(tag).value);
            }
        }
        return minResponseTimeMs == null ? statement : statement.bind("minResponseTimeMs", minResponseTimeMs);
    }
}
