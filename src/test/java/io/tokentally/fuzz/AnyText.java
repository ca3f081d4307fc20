package io.tokentally.fuzz;

import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Text as people send it, as programs break it, and as attackers choose it. */
final class AnyText {

    private static final int LONG = 70_000;

    private AnyText() {}

    static Arbitrary<String> any() {
        return Arbitraries.frequencyOf(Tuple.of(6, plain()), Tuple.of(2, unicode()), Tuple.of(2, hostile()));
    }

    static Arbitrary<String> plain() {
        return Arbitraries.of("1", "person-1", "ask", "gpt-4o-mini", "free", "a b", "Zoë", "x@example.com", "2026-11");
    }

    /** Unpaired surrogates and what is assigned to nobody included. */
    private static Arbitrary<String> unicode() {
        return Arbitraries.strings().all().ofMinLength(1).ofMaxLength(20);
    }

    static Arbitrary<String> hostile() {
        return Arbitraries.of(
                "",
                " ",
                "\0",
                "a\0b",
                "\ud800",
                "\udfff\ud800",
                "\u202e\u0000\uffff",
                "null",
                "undefined",
                "NaN",
                "-Infinity",
                "infinity",
                "true",
                "-1",
                "0",
                "1e400",
                "9223372036854775807",
                "9223372036854775808",
                "99999999999999999999999999",
                "0x10",
                "١٢٣",
                "0000-00-00",
                "2026-02-30",
                "2026-11-21",
                "-999999999-01-01",
                "+999999999-12-31T23:59:59.999999999Z",
                "9999-12-31T23:59:59-18:00",
                "0001-01-01T00:00:00+18:00",
                "294277-01-01T00:00:00Z",
                "now",
                "' or 1=1 --",
                "{}",
                "[]",
                "${jndi:ldap://x}",
                "%00%0a",
                "*",
                "=1+1",
                "00000000-0000-0000-0000-000000000000",
                "x".repeat(64),
                "x".repeat(256),
                "é".repeat(2_000),
                "x".repeat(LONG));
    }

    /** As a JSON string. What UTF-8 has no form for is escaped, which JSON allows. */
    static String quoted(String text) {
        var json = new StringBuilder("\"");
        IntStream.range(0, text.length()).forEach(i -> {
            char c = text.charAt(i);
            boolean mustBeEscaped = c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c);
            json.append(mustBeEscaped ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        });
        return json.append('"').toString();
    }
}
