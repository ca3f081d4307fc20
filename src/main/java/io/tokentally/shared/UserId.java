package io.tokentally.shared;

/**
 * Who consumed: an id the tenant chose. It is text: the JSON integer {@code 123} and the string {@code "123"} are one
 * user.
 */
public record UserId(String value) {

    public static final int MAX_LENGTH = 255;

    public UserId {
        if (value == null || value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a user id is 1 to 255 characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
