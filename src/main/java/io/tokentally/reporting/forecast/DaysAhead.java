package io.tokentally.reporting.forecast;

import io.tokentally.tenancy.TenantZones;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * What is left of a month.
 *
 * @param restOfToday the part of today that has not passed, 0 to 1
 */
record DaysAhead(LocalDate today, BigDecimal restOfToday) {

    private static final int DECIMALS = 9;

    /** Today is as long as it is in the zone: 23 hours where daylight time begins. */
    static DaysAhead of(TenantZones zones, Instant now) {
        LocalDate today = zones.dayOf(now);
        ZoneId zone = zones.at(now);
        Instant begins = today.atStartOfDay(zone).toInstant();
        Instant ends = today.plusDays(1).atStartOfDay(zone).toInstant();
        BigDecimal rest = micros(now, ends).divide(micros(begins, ends), DECIMALS, RoundingMode.HALF_EVEN);
        return new DaysAhead(today, rest.max(BigDecimal.ZERO).min(BigDecimal.ONE));
    }

    /** Today included. */
    int count() {
        return monthLength() - today.getDayOfMonth() + 1;
    }

    int monthLength() {
        return today.lengthOfMonth();
    }

    /** How much of the days that are left, today's whole among them, lies ahead. */
    BigDecimal part() {
        return Rough.divided(restOfToday.add(BigDecimal.valueOf(count() - 1L)), count());
    }

    private static BigDecimal micros(Instant from, Instant until) {
        return BigDecimal.valueOf(Duration.between(from, until).toNanos() / 1_000);
    }
}
