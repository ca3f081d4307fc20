package io.tokentally.tenancy.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Where in an access token a claim stands. A name that begins with {@code /} is a JSON Pointer (RFC 6901) through
 * objects. Any other is the name of a claim at the top, dots, slashes and all; only if there is none of that name, dots
 * separate the names of objects on the way: {@code realm_access.roles}.
 */
record ClaimPath(String text) {

    /** Null if there is nothing. */
    Object in(Map<String, Object> claims) {
        if (text.startsWith("/")) {
            return follow(pointer(), claims);
        }
        return claims.containsKey(text) ? claims.get(text) : follow(List.of(text.split("\\.", -1)), claims);
    }

    private List<String> pointer() {
        return Arrays.stream(text.substring(1).split("/", -1))
                .map(name -> name.replace("~1", "/").replace("~0", "~"))
                .toList();
    }

    private static Object follow(List<String> names, Object from) {
        Object found = from;
        for (String name : names) {
            found = found instanceof Map<?, ?> object ? object.get(name) : null;
        }
        return found;
    }
}
