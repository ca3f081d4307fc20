package io.tokentally.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * One operation of the document that the service serves.
 *
 * @param path with {@code {parameters}}
 * @param operation as the document has it
 */
public record Route(String method, String path, JsonNode operation) {

    private static final Pattern PLACE = Pattern.compile("[^/]+/\\{\\w+}");

    /** The whole document as it is served. */
    public static JsonNode document() {
        try {
            return new ObjectMapper()
                    .readTree(Organisation.anonymous()
                            .get("/q/openapi?format=json")
                            .asByteArray());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Every one that takes a credential. */
    public static List<Route> all() {
        return allOf(document()).stream().filter(route -> !route.isPublic()).toList();
    }

    /** Every one there is. */
    public static List<Route> allOf(JsonNode document) {
        var routes = new ArrayList<Route>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> routes.add(
                                new Route(operation.getKey().toUpperCase(), path.getKey(), operation.getValue()))));
        if (routes.isEmpty()) {
            throw new IllegalStateException("the document has no route");
        }
        return routes;
    }

    /** Who may call it. */
    public Set<String> roles() {
        var roles = new TreeSet<String>();
        operation
                .path("security")
                .forEach(scheme -> scheme.path("accessToken").forEach(role -> roles.add(role.asText())));
        return roles;
    }

    /** Open to whoever has no credential yet. */
    public boolean isPublic() {
        return !operation.has("security");
    }

    public boolean isOfATenant() {
        return !roles().equals(Set.of("platform-admin"));
    }

    public boolean hasBody() {
        return operation.has("requestBody");
    }

    /** The names of its parameters in the query, the path or the head. */
    public List<String> parameters(String in) {
        return StreamSupport.stream(operation.path("parameters").spliterator(), false)
                .filter(parameter -> parameter.path("in").asText().equals(in))
                .map(parameter -> parameter.path("name").asText())
                .toList();
    }

    /** {@code /api/users/1} of {@code /api/users/{userId}}, where {@code id} knows of {@code users/{userId}}. */
    public String pathWith(UnaryOperator<String> id) {
        return PLACE.matcher(path).replaceAll(place -> {
            String stem = place.group().substring(0, place.group().indexOf('/'));
            return stem + "/" + id.apply(place.group()).replace("$", "\\$");
        });
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
