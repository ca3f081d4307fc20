package io.tokentally.reporting;

import io.tokentally.reporting.RandomCalls.Span;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which calls are asked for, and what they are told apart by.
 *
 * @param filters values by the words of {@code by}; empty text: calls without one
 * @param minMs null: any
 */
record Question(List<String> by, Span span, Map<String, String> filters, Long minMs) {

    static final List<String> DIMENSIONS = List.of(
            "user",
            "endpoint",
            "model",
            "provider",
            "call_type",
            "scope",
            "session",
            "git_branch",
            "source",
            "success",
            "tag:team",
            "tag:tries",
            "tag:beta");

    private static final Set<String> HAVE_SUMS_TOGETHER =
            Set.of("endpoint", "model", "provider", "call_type", "scope", "git_branch", "source", "success");

    private static final Set<String> NEVER_ABSENT = Set.of("endpoint", "model", "source", "success");

    static Question of(Span span, String... by) {
        return new Question(List.of(by), span, Map.of(), null);
    }

    /** With filters by values that calls have, and now and then by one that none has. */
    static Question random(RandomCalls any, List<RawCall> calls, long mostDays, List<String> by) {
        Random random = any.random();
        var filters = new LinkedHashMap<String, String>();
        for (int more = random.nextInt(4); more > 1; more--) {
            String dimension = any.one(DIMENSIONS);
            filters.put(dimension, value(any, calls, dimension));
        }
        if (random.nextInt(4) == 0 && HAVE_SUMS_TOGETHER.containsAll(by)) {
            filters.keySet().retainAll(HAVE_SUMS_TOGETHER);
        }
        Long minMs = random.nextInt(12) == 0 ? random.nextLong(3_000) : null;
        var asked = new Question(by, Span.ALL_TIME, filters, minMs);
        return asked.during(any.span(asked.isOfRows() ? Math.min(mostDays, 92) : mostDays));
    }

    private static String value(RandomCalls any, List<RawCall> calls, String dimension) {
        String value =
                any.random().nextInt(15) == 0 ? "unheard-of" : any.one(calls).text(dimension);
        return dimension.equals("success") && value.startsWith("un") ? "false" : value;
    }

    Question during(Span other) {
        return new Question(by, other, filters, minMs);
    }

    Question with(String dimension, String value) {
        var more = new LinkedHashMap<>(filters);
        more.put(dimension, value);
        return new Question(by, span, more, minMs);
    }

    /** Of a day, a month and ever there is a counter; of other days users are counted where they are told apart. */
    boolean countsUsers() {
        return isOfAllCalls() && (by.contains("user") || span.isOnePeriod());
    }

    boolean isOfAllCalls() {
        return filters.isEmpty() && minMs == null;
    }

    /** No sums tell these calls apart. */
    boolean isOfRows() {
        Set<String> all = Stream.concat(by.stream(), filters.keySet().stream()).collect(Collectors.toSet());
        boolean haveSums = HAVE_SUMS_TOGETHER.containsAll(all) || all.equals(Set.of("user"));
        return minMs != null || !(haveSums || all.equals(Set.of("session")) && !"".equals(filters.get("session")));
    }

    List<RawCall> of(List<RawCall> calls) {
        return calls.stream().filter(this::asksFor).toList();
    }

    private boolean asksFor(RawCall call) {
        return span.has(call.day())
                && filters.entrySet().stream()
                        .allMatch(filter -> call.text(filter.getKey()).equals(filter.getValue()))
                && (minMs == null || isSlow(call));
    }

    private boolean isSlow(RawCall call) {
        return call.amount("response_time_ms") != null && Math.abs(call.count("response_time_ms")) >= minMs;
    }

    String address(String path, String... more) {
        var parts = new ArrayList<String>(List.of(more));
        if (!by.isEmpty()) {
            parts.add("by=" + encoded(String.join(",", by)));
        }
        if (span.first() != null) {
            parts.add("startDate=" + span.first());
        }
        if (span.last() != null) {
            parts.add("endDate=" + span.last());
        }
        filters.forEach((dimension, value) -> parts.add(parameter(dimension, value)));
        if (minMs != null) {
            parts.add("minResponseTimeMs=" + minMs);
        }
        return path + "?" + String.join("&", parts);
    }

    private static String parameter(String dimension, String value) {
        return switch (dimension) {
            case "user" -> "userId=" + encoded(value);
            case "session" -> "sessionId=" + encoded(value);
            case "call_type" -> "callType=" + encoded(value);
            case "git_branch" -> "gitBranch=" + encoded(value);
            case String tag
            when tag.startsWith("tag:") -> "tag=" + encoded(tag.substring("tag:".length()) + ":" + value);
            default -> dimension + "=" + encoded(value);
        };
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
