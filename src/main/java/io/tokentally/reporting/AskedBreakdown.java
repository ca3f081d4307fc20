package io.tokentally.reporting;

import io.tokentally.reporting.DateRange.Otherwise;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Caller;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** A breakdown, or a list of sessions, as a query asks for it and as its caller may see it. */
public record AskedBreakdown(SumsQuery query, BreakdownPage page) {

    private static final long DAYS_OF_SESSIONS = 30;

    /** @throws io.tokentally.shared.InvalidInput also for what was wrong in {@code parameters} before */
    static AskedBreakdown read(
            QueryParameters parameters,
            String by,
            FilterParameters filter,
            BreakdownPage page,
            Caller caller,
            Supplier<LocalDate> today) {
        List<GroupBy> keys = GroupBy.read(parameters, "by", by, 2);
        if (by == null) {
            parameters.wrong("by", "is required: one or two of " + GroupBy.WORDS);
        }
        UsageFilter asked = filter.read(parameters, DateRange.OR_ALL_TIME, today);
        parameters.mustBeGood();
        SumsQuery query = SumsQuery.of(asked.asSeenBy(caller), keys).orOfLastDays(today);
        filter.mustBeShortEnough(parameters, query);
        return new AskedBreakdown(query, page);
    }

    /** @throws io.tokentally.shared.InvalidInput also for what was wrong in {@code parameters} before */
    static AskedBreakdown readSessions(
            QueryParameters parameters,
            FilterParameters filter,
            BreakdownPage page,
            Caller caller,
            Supplier<LocalDate> today) {
        UsageFilter asked = filter.read(parameters, Otherwise.lastDays(DAYS_OF_SESSIONS), today);
        parameters.mustBeGood();
        SumsQuery query = SumsQuery.of(asked.asSeenBy(caller), GroupBy.SESSION);
        filter.mustBeShortEnough(parameters, query);
        return new AskedBreakdown(query, page);
    }

    /** The words of {@code by}, in its order. */
    public List<String> by() {
        return query.by().stream().map(GroupBy::word).toList();
    }

    /** Whose calls alone; null: everybody's, or nobody's. */
    public UserId user() {
        return query.filter().user();
    }

    /** From which day on the answer is whole; empty when all of it is. */
    public Optional<LocalDate> wholeFrom(Handle transaction) {
        return Optional.ofNullable(KeptRows.wholeFrom(transaction, query));
    }

    /** For the audit log; whom it is about stands there already. */
    public Map<String, Object> details() {
        var details = new LinkedHashMap<String, Object>();
        details.put(
                "by",
                query.by().stream()
                        .map(key -> key.dimension() == null ? "tag" : key.word())
                        .toList());
        DateRange days = query.filter().days();
        if (days.firstNamed() != null) {
            details.put("start", days.first().toString());
        }
        if (days.lastNamed() != null) {
            details.put("end", days.last().toString());
        }
        query.filter().addDetails(details);
        return details;
    }
}
