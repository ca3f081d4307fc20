package io.tokentally.shared;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A user id as JSON writes it. A tenant that sends integers gets integers back: the way an id was first seen in JSON is
 * kept with the user.
 *
 * @param isNumber null when it was never seen in JSON: then an id that looks like an integer is written as one
 */
public record JsonUserId(UserId id, Boolean isNumber) {

    /** The largest integer that every JSON reader keeps exactly. */
    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private static final String FORM =
            "must be text of 1 to 255 bytes without NUL, or a JSON integer within ±(2^53 − 1)";

    /** Reads an id that may be absent (null or missing gives null); a wrong one goes to {@code errors}. */
    public static JsonUserId read(String field, JsonNode value, List<FieldError> errors) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return null;
        }
        if (value.isNumber()
                && value.canConvertToLong()
                && value.canConvertToExactIntegral()
                && isSafe(value.longValue())) {
            return new JsonUserId(new UserId(Long.toString(value.longValue())), true);
        }
        if (value.isTextual() && isUserId(value.textValue())) {
            return new JsonUserId(new UserId(value.textValue()), false);
        }
        errors.add(new FieldError(field, FORM));
        return null;
    }

    /** Reads an id out of a path or query. */
    public static UserId fromText(String field, String value) {
        if (!isUserId(value)) {
            throw new InvalidInput(field, "must be text of 1 to 255 bytes without NUL");
        }
        return new UserId(value);
    }

    /** Out of a row, whose person may be nobody or erased: null, else as {@link #toJson}. */
    public static Object toJson(String id, Boolean isNumber) {
        return id == null ? null : new JsonUserId(new UserId(id), isNumber).toJson();
    }

    /** A {@code Long} or a {@code String}. */
    public Object toJson() {
        boolean asNumber = isNumber == null ? looksLikeAnInteger(id.value()) : isNumber;
        return asNumber ? (Object) Long.valueOf(id.value()) : id.value();
    }

    private static boolean isUserId(String text) {
        return Text.isName(text, UserId.MAX_BYTES);
    }

    private static boolean isSafe(long value) {
        return value >= -MAX_SAFE_INTEGER && value <= MAX_SAFE_INTEGER;
    }

    private static boolean looksLikeAnInteger(String text) {
        try {
            long value = Long.parseLong(text);
            return isSafe(value) && Long.toString(value).equals(text);
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }
}
