package io.tokentally.reporting;

import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.QueryParameters.DayOrInstant;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Caller;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Single calls from one moment to another. A date means whole days of the tenant's zone, {@code end} included; an instant
 * compares {@code occurred_at}, start inclusive, end exclusive.
 *
 * @param filter its days are all that can hold such a call
 * @param start null: from the first
 * @param end null: to the last
 */
public record UsageSpan(UsageFilter filter, DayOrInstant start, DayOrInstant end) {

    /** To be used only once {@code parameters} are good. */
    static UsageSpan read(
            QueryParameters parameters,
            UsageFilter filter,
            String startDate,
            String endDate,
            String days,
            Supplier<LocalDate> today) {
        DayOrInstant start = parameters.dayOrInstant("startDate", startDate);
        DayOrInstant end = parameters.dayOrInstant("endDate", endDate);
        if (days != null && (startDate != null || endDate != null)) {
            parameters.wrong("days", "must not be sent together with startDate or endDate");
            return null;
        }
        if (days != null) {
            DateRange range = DateRange.read(parameters, null, null, days, DateRange.OR_ALL_TIME, today);
            return range == null ? null : of(filter, day(range.first()), day(range.last()));
        }
        if (start != null && end != null && lastDay(end).isBefore(firstDay(start))) {
            parameters.wrong("endDate", "must not be before startDate");
        }
        return of(filter, start, end);
    }

    private static UsageSpan of(UsageFilter filter, DayOrInstant start, DayOrInstant end) {
        return new UsageSpan(filter.during(new DateRange(firstDay(start), lastDay(end))), start, end);
    }

    /** @throws io.tokentally.shared.NotFound as a filter does */
    UsageSpan asSeenBy(Caller caller) {
        return new UsageSpan(filter.asSeenBy(caller), start, end);
    }

    /** The first usage day that can hold a call; an instant may lie a day off in the tenant's zone. */
    public LocalDate first() {
        return filter.days().first();
    }

    public LocalDate last() {
        return filter.days().last();
    }

    /** Whose calls alone; null: everybody's, or nobody's. */
    public UserId user() {
        return filter.user();
    }

    /** A condition over {@code user_api_usage}, whose columns it names without an alias; {@link #bind} has its values. */
    public String condition() {
        return filter.condition()
                + (instant(start) == null ? "" : " and occurred_at >= :fromInstant")
                + (instant(end) == null ? "" : " and occurred_at < :untilInstant");
    }

    public <S extends SqlStatement<S>> S bind(S statement, TenantId tenant) {
        filter.bind(statement, tenant);
        if (instant(start) != null) {
            statement.bind("fromInstant", instant(start));
        }
        return instant(end) == null ? statement : statement.bind("untilInstant", instant(end));
    }

    /** For the audit log; whom it is about stands there already. */
    public Map<String, Object> details() {
        var details = new LinkedHashMap<String, Object>();
        if (start != null) {
            details.put("start", text(start));
        }
        if (end != null) {
            details.put("end", text(end));
        }
        filter.addDetails(details);
        return details;
    }

    private static DayOrInstant day(LocalDate day) {
        return new DayOrInstant(day, null);
    }

    private static LocalDate firstDay(DayOrInstant start) {
        return start == null
                ? DateRange.ALL_TIME.first()
                : start.day() != null ? start.day() : utcDay(start).minusDays(1);
    }

    private static LocalDate lastDay(DayOrInstant end) {
        return end == null
                ? DateRange.ALL_TIME.last()
                : end.day() != null ? end.day() : utcDay(end).plusDays(1);
    }

    private static LocalDate utcDay(DayOrInstant value) {
        return LocalDate.ofInstant(value.instant(), ZoneOffset.UTC);
    }

    private static OffsetDateTime instant(DayOrInstant value) {
        Instant instant = value == null ? null : value.instant();
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static String text(DayOrInstant value) {
        return value.day() != null ? value.day().toString() : value.instant().toString();
    }
}
