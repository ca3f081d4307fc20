package io.tokentally.intake;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Every snake_case name has a camelCase twin. Only our own names are asked for, so the memory of them is small. */
final class Spelling {

    private static final Pattern JOINT = Pattern.compile("_([a-z0-9])");
    private static final Map<String, List<String>> KNOWN = new ConcurrentHashMap<>();

    private Spelling() {}

    /** The name itself first, then its camelCase form where that differs. */
    static List<String> of(String name) {
        return KNOWN.computeIfAbsent(name, Spelling::spell);
    }

    private static List<String> spell(String name) {
        String camel = JOINT.matcher(name).replaceAll(joint -> joint.group(1).toUpperCase(Locale.ROOT));
        return camel.equals(name) ? List.of(name) : List.of(name, camel);
    }
}
