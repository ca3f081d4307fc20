package io.tokentally.reporting;

import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Tells calls apart, on one snapshot. */
@ApplicationScoped
class Breakdowns {

    /** @param keys as text; empty: none */
    record Group(List<String> keys, Figures sums) {}

    /**
     * @param count of all pages; null: not counted
     * @param total null: not read with them
     * @param users distinct, of the same calls; null: not counted with them
     */
    record Groups(List<Group> page, Long count, Figures total, Long users) {

        static final Groups NONE = new Groups(List.of(), 0L, null, null);
    }

    private static final String PAGE = """
            with groups as (select s.*, %1$s as rank from (%2$s) s),
                 page as (select * from groups order by %3$s limit :limit offset :offset)
            select %4$s, counted.*
            from (select count(*) as groups%5$s from groups) counted left join page s on true
            order by %3$s""";

    private static final String USERS_WITH_CALLS = ", count(*) filter (where calls > 0 and k0 <> 0) as users";

    // Single calls are read once, for their groups; the row without a key is all groups together.
    private static final String PAGE_AND_TOTAL = """
            with groups as (select s.*, %1$s as rank from (%2$s) s),
                 page as (select * from groups order by %3$s limit :limit offset :offset)
            select %4$s, counted.groups
            from (select count(*) as groups from groups) counted
            cross join (select * from page union all select %5$s, null from groups) s
            order by %3$s""";

    // The dearest of each day by index. A session of several days can be dearer than any day of it; but all that it
    // ever cost is at least what the last of the page costs on its dearest day. Arrays keep the planner to the indexes.
    private static final String DEAREST_SESSIONS = """
            session_id = any(array(
                with dearest as materialized (
                    select of_day.session_id, max(of_day.cost) as cost
                    from (select period from rollup_tenant
                          where tenant_id = :tenant and grain = 'day' and period between date '%1$s' and date '%2$s') each
                    cross join lateral (
                        select session_id, input_cost + output_cost as cost from rollup_session
                        where tenant_id = :tenant and grain = 'day' and period = each.period
                        order by input_cost + output_cost desc, session_id limit :limit + :offset) of_day
                    group by of_day.session_id)
                select session_id from dearest
                union
                select session_id from rollup_session
                where tenant_id = :tenant and grain = 'ever' and first_day < last_day
                  and last_day >= date '%1$s' and first_day <= date '%2$s'
                  and input_cost + output_cost >= (select cost from dearest order by cost desc offset :limit + :offset - 1 limit 1)))""";

    private static final String DEAREST_SESSIONS_EVER = """
            session_id = any(array(
                select session_id from rollup_session where tenant_id = :tenant and grain = 'ever' and period = '0001-01-01'
                order by input_cost + output_cost desc, session_id limit :limit + :offset))""";

    private final KeptRows rows;
    private final TenantCalendar calendar;

    Breakdowns(KeptRows rows, TenantCalendar calendar) {
        this.rows = rows;
        this.calendar = calendar;
    }

    Breakdown of(TenantId tenant, SumsQuery query, BreakdownPage page) {
        return rows.read(tenant, transaction -> of(transaction, tenant, query, page));
    }

    private Breakdown of(Handle transaction, TenantId tenant, SumsQuery query, BreakdownPage page) {
        DateRange days = query.filter().days();
        Groups groups = groups(transaction, tenant, query, page);
        Figures total = total(transaction, tenant, query, groups);
        LocalDate beyond = KeptRows.wholeFrom(transaction, query);
        return new Breakdown(
                query.by().stream().map(GroupBy::word).toList(),
                days.firstNamed(),
                days.lastNamed(),
                calendar.zone(transaction, tenant).getId(),
                query.source(),
                beyond,
                total,
                query.filter().isOfAllCalls() && beyond == null ? users(transaction, tenant, query, groups) : null,
                rows(transaction, tenant, query, groups.page, total),
                groups.count,
                page.limit(),
                page.offset());
    }

    /** Who only wants to know endpoints need not wait until users are counted; where there is a counter, it is read. */
    private static Long users(Handle transaction, TenantId tenant, SumsQuery query, Groups groups) {
        DateRange days = query.filter().days();
        if (groups.users != null) {
            return groups.users;
        }
        return query.by().stream().anyMatch(GroupBy::isUser) || DistinctUsers.areKept(days)
                ? DistinctUsers.in(transaction, tenant, days)
                : null;
    }

    /** The sums of all that a query is about. */
    static Figures total(Handle transaction, TenantId tenant, SumsQuery query) {
        String sql = "select %s from (%s) s".formatted(Figures.COLUMNS, query.sql(SumsQuery.ALL_SUMS));
        return query.bind(transaction.createQuery(sql), tenant)
                .map((row, context) -> Figures.of(row))
                .one();
    }

    /** The sums of all that a query is about, which may have come with its groups. */
    static Figures total(Handle transaction, TenantId tenant, SumsQuery query, Groups groups) {
        return groups.total == null ? total(transaction, tenant, query.total()) : groups.total;
    }

    /** Where there are many groups, first which of them are on the page, by no more sums than it takes to know that. */
    static Groups groups(Handle transaction, TenantId tenant, SumsQuery query, BreakdownPage page) {
        if (!query.isFrom(Rollup.USERS) && !query.isFrom(Rollup.SESSIONS)) {
            return page(query.bind(transaction.createQuery(sqlOf(query, page)), tenant), query, page);
        }
        Ranked ranked = rank(transaction, tenant, query, page);
        Query restricted = query.bind(
                        transaction.createQuery(
                                sql(query, page, SumsQuery.ALL_SUMS, Figures.COLUMNS, query.onlyKeys(), "")),
                        tenant)
                .bindArray("keys", String.class, ranked.keys);
        return new Groups(page(restricted, query, page.fromTheStart()).page, ranked.groups, null, ranked.users);
    }

    /** @param keys null: of no group */
    private record Line(List<String> keys, Figures sums, long groups) {}

    private static Groups page(Query bound, SumsQuery query, BreakdownPage page) {
        List<Line> lines = bound.bind("limit", page.limit())
                .bind("offset", page.offset())
                .map((row, context) -> new Line(keys(row, query), Figures.of(row), row.getLong("groups")))
                .list();
        return new Groups(
                lines.stream()
                        .filter(line -> line.keys != null)
                        .map(line -> new Group(line.keys, line.sums))
                        .toList(),
                lines.getFirst().groups,
                query.groupsAreAllRead() ? total(lines) : null,
                null);
    }

    private static Figures total(List<Line> lines) {
        return lines.stream().filter(line -> line.keys == null).findFirst().orElseThrow().sums;
    }

    private record Ranked(List<String> keys, Long groups, Long users) {}

    private static Ranked rank(Handle transaction, TenantId tenant, SumsQuery query, BreakdownPage page) {
        boolean byIndex = query.isFrom(Rollup.SESSIONS)
                && page.isByCostDescending()
                && query.filter().values().isEmpty();
        boolean ofUsers = query.isFrom(Rollup.USERS);
        List<String> sums =
                ofUsers ? withCalls(page.sortBy().sums()) : page.sortBy().sums();
        String counted = ofUsers ? USERS_WITH_CALLS : "";
        String sql =
                sql(query, page, sums, "s.k0", byIndex ? dearest(query.filter().days()) : "", counted);
        List<Place> places = query.bind(transaction.createQuery(sql), tenant)
                .bind("limit", page.limit())
                .bind("offset", page.offset())
                .map((row, context) ->
                        new Place(row.getString("k0"), row.getLong("groups"), ofUsers ? row.getLong("users") : null))
                .list();
        return new Ranked(
                places.stream().map(Place::key).filter(Objects::nonNull).toList(),
                byIndex ? null : places.getFirst().groups,
                places.getFirst().users);
    }

    /** @param key null: the page is empty */
    private record Place(String key, Long groups, Long users) {}

    private static List<String> withCalls(List<String> sums) {
        return Stream.concat(sums.stream(), Stream.of("calls")).distinct().toList();
    }

    private static String sqlOf(SumsQuery query, BreakdownPage page) {
        return query.groupsAreAllRead()
                ? PAGE_AND_TOTAL.formatted(
                        page.sortBy().expression(),
                        query.sql(SumsQuery.ALL_SUMS),
                        page.orderBy(query.by().size()),
                        Figures.COLUMNS,
                        query.sumsOfGroups())
                : sql(query, page, SumsQuery.ALL_SUMS, Figures.COLUMNS, "", "");
    }

    private static String sql(
            SumsQuery query, BreakdownPage page, List<String> sums, String columns, String further, String counted) {
        return PAGE.formatted(
                page.sortBy().expression(),
                query.sql(sums, further),
                page.orderBy(query.by().size()),
                columns,
                counted);
    }

    private static String dearest(DateRange days) {
        return days.isAllTime() ? DEAREST_SESSIONS_EVER : DEAREST_SESSIONS.formatted(days.first(), days.last());
    }

    /** Null: the row is the total, or the page is empty and the row only says how many groups there are. */
    static List<String> keys(ResultSet row, SumsQuery query) throws SQLException {
        var keys = new ArrayList<String>();
        for (int i = 0; i < query.by().size(); i++) {
            keys.add(row.getString("k" + i));
        }
        return keys.contains(null) ? null : keys;
    }

    static List<Breakdown.Row> rows(
            Handle transaction, TenantId tenant, SumsQuery query, List<Group> groups, Figures total) {
        People people = People.of(
                transaction,
                tenant,
                query.by(),
                groups.stream().map(Group::keys).toList());
        return groups.stream()
                .map(group -> {
                    People.Person person = people.among(query.by(), group.keys);
                    return new Breakdown.Row(
                            key(query.by(), group.keys, people),
                            person == null ? null : person.username(),
                            person == null ? null : person.email(),
                            person == null ? null : person.erased(),
                            group.sums,
                            Breakdown.Share.of(group.sums, total));
                })
                .toList();
    }

    static Map<String, Object> key(List<GroupBy> by, List<String> keys, People people) {
        var key = new LinkedHashMap<String, Object>();
        IntStream.range(0, keys.size()).forEach(i -> key.put(by.get(i).word(), value(by.get(i), keys.get(i), people)));
        return key;
    }

    private static Object value(GroupBy by, String key, People people) {
        if (by.isUser()) {
            return people.of(key).id();
        }
        if (by.dimension() == Dimension.SUCCESS) {
            return Boolean.valueOf(key);
        }
        return key.isEmpty() ? null : key;
    }
}
