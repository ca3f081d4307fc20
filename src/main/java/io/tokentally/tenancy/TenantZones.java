package io.tokentally.tenancy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A tenant's time zones by the instant from which each holds (inclusive). Day and month of a call follow from them. */
public record TenantZones(NavigableMap<Instant, ZoneId> byStart) {

    public static final TenantZones UTC = new TenantZones(new TreeMap<>());

    /** By the name that browsers know: they refuse Java's Z. */
    private static final ZoneId BY_DEFAULT = ZoneId.of("UTC");

    public ZoneId at(Instant instant) {
        var entry = byStart.floorEntry(instant);
        if (entry != null) {
            return entry.getValue();
        }
        return byStart.isEmpty() ? BY_DEFAULT : byStart.firstEntry().getValue();
    }

    /** The changes that lie ahead. */
    Map<Instant, String> after(Instant instant) {
        var ahead = new TreeMap<Instant, String>();
        byStart.tailMap(instant, false).forEach((from, zone) -> ahead.put(from, zone.getId()));
        return ahead;
    }

    public LocalDate dayOf(Instant instant) {
        return LocalDate.ofInstant(instant, at(instant));
    }

    public YearMonth monthOf(Instant instant) {
        return YearMonth.from(dayOf(instant));
    }

    /** The first instant of the month after the one that {@code instant} lies in: when a monthly limit starts anew. */
    public Instant endOfMonth(Instant instant) {
        return monthOf(instant).plusMonths(1).atDay(1).atStartOfDay(at(instant)).toInstant();
    }
}
