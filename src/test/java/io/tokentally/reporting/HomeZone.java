package io.tokentally.reporting;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where a tenant's days begin, by the calendar of Java alone. */
enum HomeZone {
    NEW_YORK("America/New_York"),

    /** Half an hour of summer time: some days have 23.5 or 24.5 hours. */
    LORD_HOWE("Australia/Lord_Howe"),

    /** The clocks change at midnight: a day begins at 01:00, another one's last hour comes twice. */
    SANTIAGO("America/Santiago"),

    /** Moves over the date line: a day comes twice. */
    MOVING("Pacific/Auckland", Instant.parse("2024-12-31T11:00:00Z"), "America/Los_Angeles");

    /** Both changes of the clocks of every zone lie between these. */
    static final Instant FROM = Instant.parse("2024-09-01T00:00:00Z");

    /** Not the same day everywhere. */
    static final Instant NOW = Instant.parse("2025-04-10T02:30:00Z");

    final String first;
    final Instant movesAt;
    final String then;

    HomeZone(String only) {
        this(only, Instant.MAX, only);
    }

    HomeZone(String first, Instant movesAt, String then) {
        this.first = first;
        this.movesAt = movesAt;
        this.then = then;
    }

    ZoneId at(Instant instant) {
        return ZoneId.of(instant.isBefore(movesAt) ? first : then);
    }

    LocalDate dayOf(Instant instant) {
        return LocalDate.ofInstant(instant, at(instant));
    }

    LocalDate today() {
        return dayOf(NOW);
    }

    Instant startOf(LocalDate day) {
        return day.atStartOfDay(at(day.atStartOfDay(ZoneOffset.UTC).toInstant()))
                .toInstant();
    }

    /** Around which days are easily mistaken: the changes of the clocks, the move, and the begin of each month. */
    List<Instant> sharpInstants() {
        var sharp = new ArrayList<Instant>();
        if (movesAt != Instant.MAX) {
            sharp.add(movesAt);
        }
        for (Instant from = FROM; from != null && from.isBefore(NOW); ) {
            var change = at(from).getRules().nextTransition(from);
            from = change == null ? null : change.getInstant();
            if (from != null && from.isBefore(NOW)) {
                sharp.add(from);
            }
        }
        Stream.iterate(dayOf(FROM).plusMonths(1).withDayOfMonth(1), month -> month.plusMonths(1))
                .limit(7)
                .map(this::startOf)
                .forEach(sharp::add);
        return sharp;
    }
}
