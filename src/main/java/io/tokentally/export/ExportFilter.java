package io.tokentally.export;

import io.tokentally.reporting.UsageCursor;
import io.tokentally.reporting.UsageSpan;
import io.tokentally.shared.QueryParameters;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which rows an export holds.
 *
 * @param limit the most rows; {@link Long#MAX_VALUE} for all
 * @param after continue behind this row; null: from the newest
 */
record ExportFilter(UsageSpan calls, long limit, UsageCursor after, Formulas formulas) {

    static final long DEFAULT_LIMIT = 10_000;

    static long limit(QueryParameters parameters, String limit) {
        return "all".equals(limit)
                ? Long.MAX_VALUE
                : parameters.number("limit", limit, DEFAULT_LIMIT, 1, Long.MAX_VALUE - 1);
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

    /** For the audit log; whom it is about stands there already. */
    Map<String, Object> details() {
        var details = new LinkedHashMap<>(calls.details());
        if (limit != Long.MAX_VALUE) {
            details.put("limit", limit);
        }
        if (after != null) {
            details.put("continued", true);
        }
        return details;
    }
}
