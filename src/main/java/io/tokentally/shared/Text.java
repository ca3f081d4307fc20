package io.tokentally.shared;

import java.nio.charset.StandardCharsets;

/** What text PostgreSQL can keep. */
public final class Text {

    private Text() {}

    /** No NUL and no unpaired surrogate: UTF-8 has no form for the one, PostgreSQL none for the other. */
    public static boolean isStorable(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** Length as PostgreSQL counts it in an index: bytes of UTF-8. */
    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Not blank, storable and at most so many bytes long. */
    public static boolean isName(String text, int maxBytes) {
        return !text.isBlank() && isStorable(text) && bytes(text) <= maxBytes;
    }
}
