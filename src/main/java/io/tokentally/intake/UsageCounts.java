package io.tokentally.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.FieldError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The counts inside a usage object, found by their snake_case paths ({@code prompt_tokens_details.cached_tokens}); the
 * camelCase spelling of every part is accepted. Wrong numbers are collected, never thrown.
 *
 * <p>One count may stand under several names, as DeepSeek's cache hits do: it is counted once, and when the names
 * disagree the largest is taken and the object is marked contradictory. A zero beside a number is no contradiction:
 * some emitters fill in what they do not know.
 */
final class UsageCounts {

    private static final String NUMBER = "must be a whole number from 0 to " + ProviderUsage.MAX_TOKENS;

    /** More would say nothing new, and a list can be long. */
    private static final int MAX_ERRORS = 100;

    private final JsonNode usage;
    private final Set<FieldError> errors = new LinkedHashSet<>();
    private boolean contradictory;

    UsageCounts(JsonNode usage) {
        this.usage = usage;
    }

    /** Whether any of these members of the object itself is there and not null. */
    boolean hasAny(String... names) {
        return Stream.of(names)
                .anyMatch(name -> !at(new Place("usage", usage), name).isEmpty());
    }

    /** Whether any of these counts is there and more than zero. */
    boolean anyPositive(String... paths) {
        return found(paths).stream().anyMatch(count -> count > 0);
    }

    long required(String name) {
        if (!hasAny(name)) {
            refuse("usage." + name, "is required");
        }
        return count(name);
    }

    /** Zero when absent. */
    long count(String... paths) {
        return optional(paths).orElse(0L);
    }

    Optional<Long> optional(String... paths) {
        List<Long> found = found(paths);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        long largest = Collections.max(found);
        contradictory |= found.stream().anyMatch(count -> count > 0 && count < largest);
        return Optional.of(largest);
    }

    /** What of the elements of Bedrock's {@code cacheDetails} lives an hour, and what less. */
    CacheWrites writesByLife(String name) {
        var all = new CacheWrites(0, 0);
        for (Place list : at(new Place("usage", usage), name)) {
            for (int i = 0; i < list.value().size(); i++) {
                all = all.plus(writesOf(
                        new Place(list.name() + "[" + i + "]", list.value().path(i))));
            }
        }
        return all;
    }

    /**
     * Whether Anthropic lists iterations other than plain messages, such as a compaction: they are billed, but missing
     * from the counts at the top.
     */
    boolean leavesOutIterations(String name) {
        for (JsonNode iteration : usage.path(name)) {
            if (!"message".equals(iteration.path("type").textValue())) {
                return true;
            }
        }
        return false;
    }

    boolean contradictory() {
        return contradictory;
    }

    List<FieldError> errors() {
        return List.copyOf(errors);
    }

    private List<Long> found(String... paths) {
        var found = new ArrayList<Long>(2);
        for (String path : paths) {
            follow(path, new Place("usage", usage), found);
        }
        return found;
    }

    private void follow(String path, Place from, List<Long> found) {
        if (isObject(from)) {
            int dot = path.indexOf('.');
            for (Place place : at(from, dot < 0 ? path : path.substring(0, dot))) {
                if (dot < 0) {
                    number(place).ifPresent(found::add);
                } else {
                    follow(path.substring(dot + 1), place, found);
                }
            }
        }
    }

    private CacheWrites writesOf(Place element) {
        long tokens = at(element, "input_tokens").stream()
                .flatMap(place -> number(place).stream())
                .reduce(0L, Math::max);
        return "1h".equals(element.value().path("ttl").textValue())
                ? new CacheWrites(0, tokens)
                : new CacheWrites(tokens, 0);
    }

    /** PHP writes an empty object as an empty list. */
    private boolean isObject(Place place) {
        boolean nothing = place.value().isArray() && place.value().isEmpty();
        if (!place.value().isObject() && !nothing) {
            refuse(place.name(), "must be an object");
        }
        return place.value().isObject();
    }

    private Optional<Long> number(Place place) {
        Optional<Long> number = Numbers.whole(place.value(), 0, ProviderUsage.MAX_TOKENS);
        if (number.isEmpty()) {
            refuse(place.name(), NUMBER);
        }
        return number;
    }

    private void refuse(String name, String message) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(new FieldError(name, message));
        }
    }

    private static List<Place> at(Place parent, String name) {
        var places = new ArrayList<Place>(2);
        for (String spelling : Spelling.of(name)) {
            JsonNode value = parent.value().get(spelling);
            if (value != null && !value.isNull()) {
                places.add(new Place(parent.name() + "." + spelling, value));
            }
        }
        return places;
    }

    /** A value, and the path to it as the caller wrote it. */
    private record Place(String name, JsonNode value) {}
}
