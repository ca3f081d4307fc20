package io.tokentally.shared;

import java.util.regex.Pattern;

/** An organisation, the isolation boundary: 1 to 63 of {@code a-z 0-9 . _ -}, beginning with a letter or digit. */
public record TenantId(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public TenantId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "a tenant id is 1 to 63 of a-z 0-9 . _ - and begins with a letter or digit");
        }
    }

    public static boolean isValid(String value) {
        return value != null && FORM.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
