package io.tokentally.shared;

/**
 * Who consumed: an id the tenant chose. It is text: the JSON integer {@code 123} and the string {@code "123"} are one
 * user.
 */
public record UserId(String value) {

    public static final int MAX_BYTES = 255;

    public UserId {
        if (value == null || value.isBlank() || Text.bytes(value) > MAX_BYTES) {
            throw new IllegalArgumentException("a user id is 1 to 255 bytes of UTF-8");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
