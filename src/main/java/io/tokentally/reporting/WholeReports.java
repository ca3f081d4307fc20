package io.tokentally.reporting;

import io.tokentally.reporting.Breakdowns.Group;
import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Caller;
import io.tokentally.tenancy.StreamedRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Reports as files have them: all of a breakdown or of a list of sessions, and not a page of it. The figures are those
 * that the pages show, by the same queries; the reader gets one row after the other.
 */
@ApplicationScoped
public class WholeReports {

    private static final String ALL = """
            select %1$s from (select s.*, %2$s as rank from (%3$s) s) s order by %4$s""";

    private final Caller caller;
    private final TenantCalendar calendar;

    WholeReports(Caller caller, TenantCalendar calendar) {
        this.caller = caller;
        this.calendar = calendar;
    }

    /** @throws io.tokentally.shared.InvalidInput also for what was wrong in {@code parameters} before */
    public AskedBreakdown breakdown(
            QueryParameters parameters, String by, FilterParameters filter, String sortBy, String order) {
        return AskedBreakdown.read(parameters, by, filter, all(parameters, sortBy, order), caller, this::today);
    }

    /** @throws io.tokentally.shared.InvalidInput also for what was wrong in {@code parameters} before */
    public AskedBreakdown sessions(QueryParameters parameters, FilterParameters filter, String sortBy, String order) {
        return AskedBreakdown.readSessions(parameters, filter, all(parameters, sortBy, order), caller, this::today);
    }

    /** @throws io.tokentally.shared.InvalidInput also for what was wrong in {@code parameters} before */
    public UsageSpan calls(QueryParameters parameters, FilterParameters filter) {
        UsageSpan asked = filter.readSpan(parameters, this::today);
        parameters.mustBeGood();
        return asked.asSeenBy(caller);
    }

    private static BreakdownPage all(QueryParameters parameters, String sortBy, String order) {
        return BreakdownPage.read(parameters, null, null, sortBy, order);
    }

    private LocalDate today() {
        return calendar.today(caller.tenant());
    }

    public void forEachGroup(Handle transaction, TenantId tenant, AskedBreakdown asked, Consumer<Breakdown.Row> each) {
        Figures total = Breakdowns.total(transaction, tenant, asked.query().total());
        forEachPart(
                transaction,
                tenant,
                asked,
                part -> Breakdowns.rows(transaction, tenant, asked.query(), part, total)
                        .forEach(each));
    }

    public void forEachSession(
            Handle transaction, TenantId tenant, AskedBreakdown asked, Consumer<SessionList.Row> each) {
        Figures total = Breakdowns.total(transaction, tenant, asked.query().total());
        forEachPart(
                transaction,
                tenant,
                asked,
                part -> SessionLists.rows(transaction, tenant, asked.query(), part, total)
                        .forEach(each));
    }

    private static void forEachPart(
            Handle transaction, TenantId tenant, AskedBreakdown asked, Consumer<List<Group>> part) {
        SumsQuery query = asked.query();
        BreakdownPage order = asked.page();
        String sql = ALL.formatted(
                Figures.COLUMNS,
                order.sortBy().expression(),
                query.sql(SumsQuery.ALL_SUMS),
                order.orderBy(query.by().size()));
        var rows = new StreamedRows(transaction, "exported_groups_" + shape(query));
        query.bind(rows.of(sql), tenant).execute();
        rows.forEachPart((row, context) -> new Group(Breakdowns.keys(row, query), Figures.of(row)), part);
    }

    /** Sums of rows and of sums have other types, and so have the keys of users and of all else. */
    private static String shape(SumsQuery query) {
        return query.source()
                + query.by().stream()
                        .map(key -> key.isUser() ? "_user" : "_text")
                        .collect(Collectors.joining());
    }
}
