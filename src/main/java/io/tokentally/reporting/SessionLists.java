package io.tokentally.reporting;

import io.tokentally.reporting.Breakdowns.Group;
import io.tokentally.reporting.Breakdowns.Groups;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Sessions by what they came to. */
@ApplicationScoped
class SessionLists {

    private record Ends(String session, Instant first, Instant last) {}

    private static final String ENDS = """
            select session_id, first_at, last_at from rollup_session
            where tenant_id = :tenant and grain = 'ever' and period = '0001-01-01' and session_id = any(:sessions)""";

    private static final String ENDS_OF_ROWS = """
            select session_id, min(occurred_at) as first_at, max(occurred_at) as last_at from user_api_usage
            where %s and session_id = any(:sessions) group by session_id""";

    private final KeptRows rows;
    private final TenantCalendar calendar;

    SessionLists(KeptRows rows, TenantCalendar calendar) {
        this.rows = rows;
        this.calendar = calendar;
    }

    /** @param query by session; calls without one are in its total only */
    SessionList of(TenantId tenant, SumsQuery query, BreakdownPage page) {
        return rows.read(tenant, transaction -> {
            DateRange days = query.filter().days();
            Figures total = Breakdowns.total(transaction, tenant, query.total());
            Groups groups = Breakdowns.groups(transaction, tenant, query, page);
            return new SessionList(
                    days.firstNamed(),
                    days.lastNamed(),
                    calendar.zone(transaction, tenant).getId(),
                    query.source(),
                    KeptRows.wholeFrom(transaction, query),
                    total,
                    rows(transaction, tenant, query, groups.page(), total),
                    groups.count(),
                    page.limit(),
                    page.offset());
        });
    }

    static List<SessionList.Row> rows(
            Handle transaction, TenantId tenant, SumsQuery query, List<Group> groups, Figures total) {
        Map<String, Ends> ends = ends(transaction, tenant, query.filter(), groups);
        return groups.stream()
                .map(group -> {
                    Ends session = ends.get(group.keys().getFirst());
                    return new SessionList.Row(
                            session.session,
                            session.first,
                            session.last,
                            group.sums(),
                            Breakdown.Share.of(group.sums(), total));
                })
                .toList();
    }

    /** A reader who sees only some calls of a session sees when these began and ended. */
    private static Map<String, Ends> ends(Handle transaction, TenantId tenant, UsageFilter filter, List<Group> groups) {
        boolean ofOneUser = filter.values().containsKey(Dimension.USER);
        String sql = ofOneUser ? ENDS_OF_ROWS.formatted(filter.condition()) : ENDS;
        var query = ofOneUser
                ? filter.bind(transaction.createQuery(sql), tenant)
                : transaction.createQuery(sql).bind("tenant", tenant.value());
        return query.bindArray(
                        "sessions",
                        String.class,
                        groups.stream().map(group -> group.keys().getFirst()).toList())
                .map((row, context) -> new Ends(
                        row.getString("session_id"),
                        row.getObject("first_at", OffsetDateTime.class).toInstant(),
                        row.getObject("last_at", OffsetDateTime.class).toInstant()))
                .collect(Collectors.toMap(Ends::session, found -> found));
    }
}
