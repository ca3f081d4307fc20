package io.tokentally.export;

import io.tokentally.reporting.UsageCursor;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.QueryParameters.DayOrInstant;
import io.tokentally.shared.UserId;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which rows an export holds. A date means whole days of the tenant's zone, {@code end} included; an instant compares
 * {@code occurred_at}, start inclusive, end exclusive.
 *
 * @param start null: from the first
 * @param end null: to the last
 * @param user null: everybody
 * @param limit the most rows; {@link Long#MAX_VALUE} for all
 * @param after continue behind this row; null: from the newest
 */
record ExportFilter(
        DayOrInstant start, DayOrInstant end, UserId user, long limit, UsageCursor after, Formulas formulas) {

    static final long DEFAULT_LIMIT = 10_000;

    static ExportFilter read(
            String startDate, String endDate, String userId, String limit, String cursor, String escape) {
        var parameters = new QueryParameters();
        var filter = new ExportFilter(
                parameters.dayOrInstant("startDate", startDate),
                parameters.dayOrInstant("endDate", endDate),
                parameters.userId("userId", userId),
                "all".equals(limit)
                        ? Long.MAX_VALUE
                        : parameters.number("limit", limit, DEFAULT_LIMIT, 1, Long.MAX_VALUE - 1),
                UsageCursor.read(parameters, "cursor", cursor),
                formulas(parameters, escape));
        if (filter.endsBeforeItStarts()) {
            parameters.wrong("endDate", "must not be before startDate");
        }
        parameters.mustBeGood();
        return filter;
    }

    /** {@code escape=none} leaves cells as they are, for programs that read the file. */
    static Formulas formulas(QueryParameters parameters, String escape) {
        if (escape == null || escape.equals("formulas")) {
            return Formulas.GUARDED;
        }
        if (!escape.equals("none")) {
            parameters.wrong("escape", "must be formulas or none");
        }
        return Formulas.AS_THEY_ARE;
    }

    /** The first usage day that can hold a row; an instant may lie a day off in the tenant's zone. */
    LocalDate firstDay() {
        return start == null
                ? LocalDate.of(1, 1, 1)
                : start.day() != null ? start.day() : utcDay(start).minusDays(1);
    }

    LocalDate lastDay() {
        return end == null
                ? LocalDate.of(9999, 12, 31)
                : end.day() != null ? end.day() : utcDay(end).plusDays(1);
    }

    /** For the audit log; whom it is about stands there already. */
    Map<String, Object> details() {
        var details = new LinkedHashMap<String, Object>();
        if (start != null) {
            details.put("start", text(start));
        }
        if (end != null) {
            details.put("end", text(end));
        }
        if (user != null) {
            details.put("of_one_user", true);
        }
        if (limit != Long.MAX_VALUE) {
            details.put("limit", limit);
        }
        if (after != null) {
            details.put("continued", true);
        }
        return details;
    }

    private static String text(DayOrInstant value) {
        return value.day() != null ? value.day().toString() : value.instant().toString();
    }

    private boolean endsBeforeItStarts() {
        return start != null && end != null && lastDay().isBefore(firstDay());
    }

    private static LocalDate utcDay(DayOrInstant value) {
        return LocalDate.ofInstant(value.instant(), ZoneOffset.UTC);
    }
}
