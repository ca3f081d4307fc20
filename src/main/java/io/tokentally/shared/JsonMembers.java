package io.tokentally.shared;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.QueryParameters.DayOrInstant;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Reads the members of a JSON object and remembers every wrong one, so that a caller hears of all of them at once. A member
 * that nobody asked for is wrong too. Absent and null read alike: null.
 */
public final class JsonMembers {

    private final JsonNode object;
    private final Set<String> known = new HashSet<>();
    private final List<FieldError> errors = new ArrayList<>();

    /** @param body null for a request without one: an object without members */
    public JsonMembers(JsonNode body) {
        if (body != null && !body.isObject()) {
            throw new InvalidInput("body", "must be a JSON object");
        }
        this.object = body;
    }

    /** Whether it is there, be it null. */
    public boolean has(String name) {
        return object != null && object.has(name);
    }

    public String text(String name, int maxBytes) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (value.isTextual() && Text.isName(value.textValue(), maxBytes)) {
            return value.textValue();
        }
        wrong(name, "must be text of 1 to " + maxBytes + " bytes");
        return null;
    }

    public List<String> texts(String name, Set<String> allowed) {
        JsonNode value = take(name);
        if (value == null) {
            return List.of();
        }
        List<String> texts = StreamSupport.stream(value.spliterator(), false)
                .map(item -> item.isTextual() ? item.textValue() : "")
                .toList();
        if (!value.isArray() || !allowed.containsAll(new HashSet<>(texts))) {
            wrong(
                    name,
                    "must be an array of "
                            + String.join(", ", allowed.stream().sorted().toList()));
            return List.of();
        }
        return texts;
    }

    public Boolean flag(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isBoolean()) {
            wrong(name, "must be true or false");
            return null;
        }
        return value == null ? null : value.booleanValue();
    }

    public long number(String name, long absent, long least, long most) {
        JsonNode value = take(name);
        if (value == null) {
            return absent;
        }
        boolean good = value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= least
                && value.longValue() <= most;
        if (!good) {
            wrong(name, "must be a whole number from " + least + " to " + most);
            return absent;
        }
        return value.longValue();
    }

    public Instant instant(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        try {
            Instant instant = OffsetDateTime.parse(value.asText()).toInstant();
            if (value.isTextual() && QueryParameters.isInRange(instant)) {
                return instant;
            }
        } catch (DateTimeParseException notAnInstant) {
            // named below like one out of range
        }
        wrong(name, "must be an instant with offset (2026-11-21T10:30:00Z)");
        return null;
    }

    /** An instant, or a day, which begins at 00:00 UTC; to the microsecond, as PostgreSQL keeps it. */
    public Instant dayOrInstant(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        var text = new QueryParameters();
        DayOrInstant read = text.dayOrInstant(name, value.isTextual() ? value.textValue() : "");
        errors.addAll(text.errors());
        return read == null ? null : read.inUtc();
    }

    /** USD from 0. */
    public BigDecimal amount(String name) {
        JsonNode value = take(name);
        if (value != null && !(value.isNumber() && LimitsReader.isAmount(value.decimalValue()))) {
            wrong(name, "must be an amount of USD from 0");
            return null;
        }
        return value == null ? null : value.decimalValue();
    }

    public ZoneId zone(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        try {
            String zone = value.isTextual() ? value.textValue() : "";
            if (zone.equals("UTC") || zone.contains("/")) {
                return ZoneId.of(zone);
            }
        } catch (DateTimeException notAZone) {
            // named below
        }
        wrong(name, "must be an IANA time zone such as Europe/Berlin");
        return null;
    }

    public UserId userId(String name) {
        JsonUserId user = JsonUserId.read(name, take(name), errors);
        return user == null ? null : user.id();
    }

    /** An absent or null limit is unlimited. */
    public MonthlyLimits limits(String name) {
        JsonNode value = take(name);
        return value == null ? MonthlyLimits.NONE : LimitsReader.asLimits(LimitsReader.read(name, value, errors));
    }

    public void require(String name) {
        if (take(name) == null) {
            wrong(name, "is required");
        }
    }

    public void wrong(String name, String message) {
        errors.add(new FieldError(name, message));
    }

    /** @throws InvalidInput when any member was wrong, or is not known */
    public void mustBeGood() {
        if (object != null) {
            object.fieldNames().forEachRemaining(name -> {
                if (!known.contains(name)) {
                    wrong(name, "is not a known member");
                }
            });
        }
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
    }

    private JsonNode take(String name) {
        known.add(name);
        JsonNode value = object == null ? null : object.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
