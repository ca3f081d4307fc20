package io.tokentally.intake;

/** How a caller's own member name is shown in an answer. */
final class Texts {

    private static final int SHOWN_LENGTH = 64;
    private static final int REPLACEMENT = 0xFFFD;

    private Texts() {}

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
