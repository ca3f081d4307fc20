package io.tokentally.intake;

import io.tokentally.intake.Fields.Field;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instants as RFC 3339 writes them, cut to the microseconds that PostgreSQL keeps. */
final class Timestamps {

    static final Duration MAX_AHEAD = Duration.ofHours(24);

    /** In every time zone the first of these is a day of a year with four digits, which begin at 0001. */
    static final Instant EARLIEST = Instant.parse("0001-01-02T00:00:00Z");

    private static final int MAX_LENGTH = 64;
    private static final Pattern RFC_3339 = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d)[Tt ](\\d\\d:\\d\\d:\\d\\d)(?:(\\.\\d{1,6})\\d*)?([Zz]|[+-]\\d\\d:\\d\\d)");

    private Timestamps() {}

    /** When a fact happened: clocks may run ahead a little, but a fact does not lie in the future. */
    static Optional<Instant> past(Fields fields, Field field, Instant now) {
        Optional<Instant> instant = fields.text(field, MAX_LENGTH)
                .flatMap(text -> fields.orRefuse(
                        parse(text),
                        field.name(),
                        "must be a time with its offset, as 2026-11-21T09:30:00Z (RFC 3339)"));
        if (instant.filter(found -> found.isAfter(now.plus(MAX_AHEAD))).isPresent()) {
            return fields.refuse(field.name(), "must not be more than 24 hours in the future");
        }
        if (instant.filter(found -> found.isBefore(EARLIEST)).isPresent()) {
            return fields.refuse(field.name(), "must not be before " + EARLIEST);
        }
        return instant;
    }

    private static Optional<Instant> parse(String text) {
        Matcher parts = RFC_3339.matcher(text);
        return parts.matches() ? parse(parts) : Optional.empty();
    }

    private static Optional<Instant> parse(Matcher parts) {
        String fraction = parts.group(3) == null ? "" : parts.group(3);
        try {
            return Optional.of(OffsetDateTime.parse(parts.group(1) + "T" + parts.group(2) + fraction + parts.group(4))
                    .toInstant());
        } catch (DateTimeException noSuchTime) {
            return Optional.empty();
        }
    }
}
