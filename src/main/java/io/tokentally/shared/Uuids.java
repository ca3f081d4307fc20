package io.tokentally.shared;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** The ids we give, in their one form; {@link UUID#fromString} alone takes more than that. */
public final class Uuids {

    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private Uuids() {}

    /** @param text may be null */
    public static Optional<UUID> parse(String text) {
        return text != null && FORM.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }
}
