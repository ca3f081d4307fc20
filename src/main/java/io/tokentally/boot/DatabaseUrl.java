package io.tokentally.boot;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PostgreSQL address as people have it: {@code jdbc:postgresql://host/db?user=…} or
 * {@code postgresql://user:password@host/db}.
 *
 * @param jdbc without user and password
 */
record DatabaseUrl(String jdbc, Optional<String> user, Optional<String> password) {

    private static final Pattern FORM = Pattern.compile("(?:jdbc:)?postgres(?:ql)?://"
            + "(?:(?<user>[^:@/?]*)(?::(?<password>[^@/]*))?@)?(?<place>[^?]*)(?:\\?(?<query>.*))?");

    static DatabaseUrl parse(String setting, String value) {
        Matcher url = FORM.matcher(value);
        if (!url.matches()) {
            throw new StartRefused(
                    "%s is not of the form postgresql://user:password@host:5432/database.".formatted(setting));
        }
        List<String> options = new ArrayList<>(List.of(Optional.ofNullable(url.group("query"))
                .filter(q -> !q.isEmpty())
                .map(q -> q.split("&"))
                .orElse(new String[0])));
        Optional<String> user = decoded(url.group("user")).or(() -> taken("user", options));
        Optional<String> password = decoded(url.group("password")).or(() -> taken("password", options));
        String query = options.isEmpty() ? "" : "?" + String.join("&", options);
        return new DatabaseUrl("jdbc:postgresql://" + withDatabase(url.group("place")) + query, user, password);
    }

    /** Host, port and database, for sentences: it holds no secret. */
    String place() {
        return jdbc.substring("jdbc:postgresql://".length()).replaceFirst("\\?.*", "");
    }

    /**
     * For a session that a pooler gives to others after each transaction. What the driver prepares by name stays there, and
     * under the same name it may meet what another has prepared. An operator whose pooler keeps them apart says so in the URL.
     */
    DatabaseUrl withNothingPreparedByName() {
        if (jdbc.contains("prepareThreshold=")) {
            return this;
        }
        return new DatabaseUrl(jdbc + (jdbc.contains("?") ? "&" : "?") + "prepareThreshold=0", user, password);
    }

    private static String withDatabase(String place) {
        return place.contains("/") ? place : place + "/";
    }

    private static Optional<String> taken(String name, List<String> options) {
        Optional<String> found =
                options.stream().filter(o -> o.startsWith(name + "=")).findFirst();
        found.ifPresent(options::remove);
        return found.flatMap(option -> decoded(option.substring(name.length() + 1)));
    }

    private static Optional<String> decoded(String text) {
        return Optional.ofNullable(text)
                .filter(t -> !t.isEmpty())
                .map(t -> URLDecoder.decode(t.replace("+", "%2B"), StandardCharsets.UTF_8));
    }
}
