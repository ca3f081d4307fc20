package io.tokentally.shared;

import java.nio.charset.StandardCharsets;

/** What text PostgreSQL can keep. */
public final class Text {

    /** What names a thing of which there are few: endpoint, model, provider, source, grade level, call type, scope. */
    public static final int MAX_NAME_BYTES = 200;

    /** What names a thing of which there are many: event, session, problem, git branch. */
    public static final int MAX_ID_BYTES = 255;

    public static final int MAX_TAG_KEY_LENGTH = 64;
    public static final int MAX_TAG_VALUE_BYTES = 512;

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

    public static boolean isTagKey(String key) {
        return !key.isBlank() && key.length() <= MAX_TAG_KEY_LENGTH && isStorable(key);
    }
}
