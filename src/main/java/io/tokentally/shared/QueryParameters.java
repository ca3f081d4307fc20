package io.tokentally.shared;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads query parameters and remembers every wrong one, so that a caller hears of all of them at once. */
public final class QueryParameters {

    /** A date, or an instant with an offset: exactly one of the two. */
    public record DayOrInstant(LocalDate day, Instant instant) {

        /** Where no tenant's zone says when a day begins; to the microsecond, as PostgreSQL keeps it. */
        public Instant inUtc() {
            return day == null
                    ? instant.truncatedTo(ChronoUnit.MICROS)
                    : day.atStartOfDay(ZoneOffset.UTC).toInstant();
        }
    }

    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,12})?");

    private static final LocalDate FIRST_DAY = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);

    private final List<FieldError> errors = new ArrayList<>();

    public long number(String name, String value, long absent, long least, long most) {
        if (value == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // named below like a number out of range
        }
        wrong(name, "must be a whole number from " + least + " to " + most);
        return absent;
    }

    /** Reads one of a closed list, upper or lower case. */
    public <E extends Enum<E>> E oneOf(String name, String value, Class<E> known, E absent) {
        if (value == null) {
            return absent;
        }
        return Arrays.stream(known.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseGet(() -> {
                    wrong(name, "must be one of " + spellings(known));
                    return absent;
                });
    }

    /** Reads {@code 2026-11-21} or {@code 2026-11-21T10:30:00Z}; null when absent. */
    public DayOrInstant dayOrInstant(String name, String value) {
        if (value == null) {
            return null;
        }
        try {
            DayOrInstant read = value.length() == "2026-11-21".length()
                    ? new DayOrInstant(LocalDate.parse(value), null)
                    : new DayOrInstant(null, OffsetDateTime.parse(value).toInstant());
            if (isInRange(read)) {
                return read;
            }
        } catch (DateTimeParseException notADate) {
            // named below like a date out of range
        }
        wrong(name, "must be a date (2026-11-21) or an instant with offset (2026-11-21T10:30:00Z)");
        return null;
    }

    /** Reads {@code 2026-11-21}; null when absent. Where whole days are asked for, an instant would not be what it seems. */
    public LocalDate day(String name, String value) {
        if (value == null) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(value);
            if (isInRange(day)) {
                return day;
            }
        } catch (DateTimeParseException notADate) {
            // named below like a date out of range
        }
        wrong(name, "must be a date (2026-11-21), and not an instant");
        return null;
    }

    /** Reads an id of ours, such as the one a page of a list ended with; null when absent. */
    public UUID id(String name, String value) {
        if (value == null) {
            return null;
        }
        return Uuids.parse(value).orElseGet(() -> {
            wrong(name, "must be one that a previous answer gave");
            return null;
        });
    }

    /** Not blank and at most so many bytes; null when absent. */
    public String text(String name, String value, int maxBytes) {
        if (value == null || Text.isName(value, maxBytes)) {
            return value;
        }
        wrong(name, "must be text of 1 to " + maxBytes + " bytes");
        return null;
    }

    /** USD from 0, as digits with at most one point among them; null when absent. */
    public BigDecimal amount(String name, String value) {
        if (value == null || AMOUNT.matcher(value).matches()) {
            return value == null ? null : new BigDecimal(value);
        }
        wrong(name, "must be an amount of USD from 0, such as 12.50");
        return null;
    }

    /** {@code true} or {@code false}; false when absent. */
    public boolean flag(String name, String value) {
        return Boolean.TRUE.equals(truth(name, value));
    }

    /** {@code true} or {@code false}; null when absent. */
    public Boolean truth(String name, String value) {
        if (value == null || value.equals("true") || value.equals("false")) {
            return value == null ? null : Boolean.valueOf(value);
        }
        wrong(name, "must be true or false");
        return null;
    }

    public UserId userId(String name, String value) {
        if (value == null) {
            return null;
        }
        try {
            return JsonUserId.fromText(name, value);
        } catch (InvalidInput wrong) {
            errors.addAll(wrong.errors());
            return null;
        }
    }

    public void wrong(String name, String message) {
        errors.add(new FieldError(name, message));
    }

    List<FieldError> errors() {
        return errors;
    }

    /** @throws InvalidInput when any parameter was wrong */
    public void mustBeGood() {
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    /** Whether PostgreSQL, and a zone's shift by a day, can do with this day. */
    public static boolean isInRange(LocalDate day) {
        return day.isAfter(FIRST_DAY) && day.isBefore(LAST_DAY);
    }

    static boolean isInRange(Instant instant) {
        return isInRange(LocalDate.ofEpochDay(Math.floorDiv(instant.getEpochSecond(), 86_400)));
    }

    private static boolean isInRange(DayOrInstant value) {
        return value.day() != null ? isInRange(value.day()) : isInRange(value.instant());
    }

    private static String spellings(Class<? extends Enum<?>> known) {
        return Arrays.stream(known.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
