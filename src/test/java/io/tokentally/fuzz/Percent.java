package io.tokentally.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding of all but letters and digits, byte by byte, so that no client has an opinion of it. */
final class Percent {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Percent() {}

    static String encoded(String text) {
        var encoded = new StringBuilder();
        text.codePoints().forEach(point -> {
            for (byte b : bytes(point)) {
                boolean isPlain = b > 0 && Character.isLetterOrDigit(b);
                encoded.append(isPlain ? String.valueOf((char) b) : "%" + HEX.toHexDigits(b));
            }
        });
        return encoded.toString();
    }

    /** An unpaired surrogate gets the three bytes that it would have, if UTF-8 allowed it. */
    private static byte[] bytes(int point) {
        boolean isUnpaired = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        return isUnpaired
                ? new byte[] {
                    (byte) (0xe0 | point >> 12), (byte) (0x80 | point >> 6 & 0x3f), (byte) (0x80 | point & 0x3f)
                }
                : Character.toString(point).getBytes(StandardCharsets.UTF_8);
    }
}
