package io.tokentally.intake;

/** What text PostgreSQL can keep, and how a caller's own member name is shown in an answer. */
final class Texts {

    private static final int SHOWN_LENGTH = 64;
    private static final int REPLACEMENT = 0xFFFD;

    private Texts() {}

    /** No NUL and no unpaired surrogate: UTF-8 has no form for the one, PostgreSQL none for the other. */
    static boolean isStorable(String text) {
        int point;
        for (int i = 0; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            if (point == 0 || isSurrogate(point)) {
                return false;
            }
        }
        return true;
    }

    /** A name as the caller wrote it, shortened, and harmless in a log or a terminal. */
    static String shown(String name) {
        return name.substring(0, Math.min(name.length(), SHOWN_LENGTH))
                .codePoints()
                .map(point -> Character.isISOControl(point) || isSurrogate(point) ? REPLACEMENT : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
