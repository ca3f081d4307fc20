package io.tokentally.reporting;

import io.tokentally.reporting.Breakdowns.Group;
import io.tokentally.reporting.Breakdowns.Groups;
import io.tokentally.reporting.Steps.Size;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Calls over time, on one snapshot. */
@ApplicationScoped
class SeriesReport {

    private final KeptRows rows;
    private final TenantCalendar calendar;

    SeriesReport(KeptRows rows, TenantCalendar calendar) {
        this.rows = rows;
        this.calendar = calendar;
    }

    /** @param most groups with a line of their own */
    UsageSeries of(TenantId tenant, SumsQuery query, Size size, long most) {
        return rows.read(tenant, transaction -> new Reading(transaction, tenant, query, size).series(most));
    }

    private final class Reading {

        private final Handle transaction;
        private final TenantId tenant;
        private final SumsQuery query;
        private final Size size;
        private final Steps steps;

        private Reading(Handle transaction, TenantId tenant, SumsQuery query, Size size) {
            this.transaction = transaction;
            this.tenant = tenant;
            this.query = query;
            this.size = size;
            this.steps = Steps.of(size, query.filter().days(), calendar.zones(transaction, tenant));
        }

        private UsageSeries series(long most) {
            DateRange days = query.filter().days();
            List<StepSums> total = sums(query.total(), List.of()).getOrDefault("", nothing());
            Groups dearest = query.by().isEmpty() ? Groups.NONE : dearest(most);
            Map<String, List<StepSums>> lines = lines(dearest.page());
            return new UsageSeries(
                    query.by().isEmpty() ? null : query.by().getFirst().word(),
                    size.name().toLowerCase(Locale.ROOT),
                    days.first(),
                    days.last(),
                    calendar.zone(transaction, tenant).getId(),
                    query.source(),
                    KeptRows.wholeFrom(transaction, query),
                    points(total, users()),
                    lines(dearest, lines),
                    isAll(dearest) ? null : points(other(total, lines), List.of()));
        }

        private boolean isAll(Groups groups) {
            return groups.count() != null
                    && !query.tellsSessionsApart()
                    && groups.count() <= groups.page().size();
        }

        private Groups dearest(long most) {
            return Breakdowns.groups(transaction, tenant, query, BreakdownPage.dearest(most));
        }

        private Map<String, List<StepSums>> lines(List<Group> groups) {
            List<String> keys =
                    groups.stream().map(group -> group.keys().getFirst()).toList();
            return keys.isEmpty() ? Map.of() : sums(query, keys);
        }

        /** By group, one of each step; "" where calls are not told apart. */
        private Map<String, List<StepSums>> sums(SumsQuery of, List<String> keys) {
            List<String> names = steps.keys();
            var positions = new HashMap<String, Integer>();
            IntStream.range(0, names.size()).forEach(i -> positions.put(names.get(i), i));
            var found = new HashMap<String, List<StepSums>>();
            bound(of, keys)
                    .map((row, context) -> found.computeIfAbsent(
                                    of.by().isEmpty() ? "" : row.getString("k0"), key -> nothing())
                            .set(positions.get(row.getString("step")), StepSums.of(row)))
                    .list();
            return found;
        }

        private Query bound(SumsQuery of, List<String> keys) {
            String sql = of.sqlBySteps(StepSums.SUMS, steps.expression(), size, keys.isEmpty() ? "" : of.onlyKeys());
            Query query = of.bind(transaction.createQuery(sql), tenant);
            if (!keys.isEmpty()) {
                query.bindArray("keys", String.class, keys);
            }
            return steps instanceof Steps.Hours hours
                    ? query.bindArray(
                            "hours",
                            String.class,
                            hours.starts().stream()
                                    .map(start -> start.withOffsetSameInstant(ZoneOffset.UTC)
                                            .toString())
                                    .toList())
                    : query;
        }

        private List<StepSums> nothing() {
            return new ArrayList<>(Collections.nCopies(steps.names().size(), StepSums.NOTHING));
        }

        private List<StepSums> other(List<StepSums> total, Map<String, List<StepSums>> lines) {
            return IntStream.range(0, total.size())
                    .mapToObj(i ->
                            lines.values().stream().map(line -> line.get(i)).reduce(total.get(i), StepSums::minus))
                    .toList();
        }

        private List<UsageSeries.Line> lines(Groups groups, Map<String, List<StepSums>> lines) {
            People people = People.of(
                    transaction,
                    tenant,
                    query.by(),
                    groups.page().stream().map(Group::keys).toList());
            return groups.page().stream()
                    .map(group -> {
                        People.Person person = people.among(query.by(), group.keys());
                        return new UsageSeries.Line(
                                Breakdowns.key(query.by(), group.keys(), people),
                                person == null ? null : person.username(),
                                points(lines.getOrDefault(group.keys().getFirst(), nothing()), List.of()));
                    })
                    .toList();
        }

        /** @param users of each step; empty: not counted */
        private List<UsageSeries.Point> points(List<StepSums> sums, List<Long> users) {
            return IntStream.range(0, sums.size())
                    .mapToObj(i -> sums.get(i).at(steps.names().get(i), users.isEmpty() ? null : users.get(i)))
                    .toList();
        }

        private List<Long> users() {
            return switch (steps) {
                case Steps.Hours hours -> List.of();
                case Steps.Days days when !query.filter().isOfAllCalls() -> List.of();
                case Steps.Days days -> DistinctUsers.in(transaction, tenant, days.ranges());
            };
        }
    }
}
