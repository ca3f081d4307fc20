package io.tokentally.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.testing.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Requests for one route, as the document describes them and as it does not. */
record AnyRequest(AnyJson json, Map<String, List<String>> known) {

    private static final List<String> ROLES = List.of("admin", "service", "member", "platform-admin");

    /** What is made from the schema of these seldom adds up: so that something is there to be found and undone. */
    private static final Map<String, String> GOOD = Map.of(
            "POST /api/usage/events",
            "{\"user_id\":\"person-1\",\"endpoint\":\"ask\",\"model\":\"gpt-4o-mini\",\"prompt_tokens\":5}",
            "POST /api/usage/reservations",
            "{\"user_id\":\"person-2\",\"model\":\"gpt-4o\",\"prompt_tokens\":1,\"max_completion_tokens\":1}",
            "POST /api/prices",
            "{\"provider\":\"p\",\"model\":\"m\",\"input_per_million\":1.5,\"output_per_million\":2}");

    /**
     * @param role empty for a stranger
     * @param address path and query, encoded
     * @param body null for none
     */
    record Made(Route route, String role, String address, Map<String, String> headers, String body) {

        /** Packed, if it says so; now and then it only says so. */
        byte[] bytes() {
            byte[] plain = body.getBytes(StandardCharsets.UTF_8);
            return "gzip".equals(headers.get("Content-Encoding")) && body.length() % 5 != 0 ? zipped(plain) : plain;
        }

        private static byte[] zipped(byte[] plain) {
            var bytes = new ByteArrayOutputStream();
            try (var zip = new GZIPOutputStream(bytes)) {
                zip.write(plain);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return bytes.toByteArray();
        }

        @Override
        public String toString() {
            String sent = body == null ? "" : body;
            String shown = sent.length() <= 2_000 ? sent : sent.substring(0, 2_000) + " … of " + sent.length();
            return "%s %s as %s with %s%n%s".formatted(route.method(), address, role, headers, shown);
        }
    }

    Arbitrary<Made> of(Route route) {
        return Combinators.combine(role(route), address(route), headers(route), body(route))
                .as((role, address, headers, body) -> new Made(route, role, address, headers, body));
    }

    private static Arbitrary<String> role(Route route) {
        Arbitrary<String> allowed = Arbitraries.of(route.roles().isEmpty() ? ROLES : List.copyOf(route.roles()));
        return Arbitraries.frequencyOf(
                Tuple.of(8, allowed), Tuple.of(2, Arbitraries.of(ROLES)), Tuple.of(1, Arbitraries.just("")));
    }

    private Arbitrary<String> address(Route route) {
        List<Arbitrary<String>> names =
                route.parameters("path").stream().map(this::inPath).toList();
        Arbitrary<List<String>> places = names.isEmpty()
                ? Arbitraries.just(List.of())
                : Combinators.combine(names).as(found -> found);
        return Combinators.combine(places, query(route))
                .as((values, query) -> filled(route.path(), values) + (query.isEmpty() ? "" : "?" + query));
    }

    /** No slash and no dots: they make it the address of another route. */
    private Arbitrary<String> inPath(String name) {
        Arbitrary<String> meant = Arbitraries.of(known.getOrDefault(name, List.of("1")));
        Arbitrary<String> any = AnyText.any()
                .filter(text ->
                        !text.isEmpty() && fitsAnAddress(text) && !text.contains("/") && !text.matches("[.;]+"));
        return Arbitraries.frequencyOf(Tuple.of(3, meant), Tuple.of(2, any)).map(Percent::encoded);
    }

    /** An address of more than 4 KiB is refused before there is a route. */
    private static boolean fitsAnAddress(String text) {
        return text.length() < 300;
    }

    private static String filled(String path, List<String> values) {
        String filled = path;
        for (String value : values) {
            filled = filled.replaceFirst("\\{\\w+}", Matcher.quoteReplacement(value));
        }
        return filled;
    }

    private Arbitrary<String> query(Route route) {
        var parts = new ArrayList<Arbitrary<String>>();
        for (JsonNode parameter : route.operation().path("parameters")) {
            if (parameter.path("in").asText().equals("query")) {
                parts.add(parameter(parameter));
            }
        }
        parts.add(sometimes(
                5, AnyText.any().filter(AnyRequest::fitsAnAddress).map(name -> Percent.encoded(name) + "=1")));
        return Combinators.combine(parts)
                .as(found -> String.join(
                        "&", found.stream().filter(part -> !part.isEmpty()).toList()));
    }

    private Arbitrary<String> parameter(JsonNode parameter) {
        String name = parameter.path("name").asText();
        Arbitrary<String> value = Arbitraries.frequencyOf(
                Tuple.of(3, known.containsKey(name) ? Arbitraries.of(known.get(name)) : unquoted(name, parameter)),
                Tuple.of(1, AnyText.any().filter(AnyRequest::fitsAnAddress)));
        Arbitrary<String> one = value.map(text -> name + "=" + Percent.encoded(text));
        Arbitrary<String> sent = Arbitraries.frequencyOf(
                Tuple.of(20, one), Tuple.of(1, Combinators.combine(one, one).as((a, b) -> a + "&" + b)));
        return FuzzTest.MUST_BE_NAMED.contains(name) ? sent : sometimes(50, sent);
    }

    private Arbitrary<String> unquoted(String name, JsonNode parameter) {
        return json.of(name, parameter.path("schema"))
                .map(text -> text.startsWith("\"") && text.length() > 1 ? text.substring(1, text.length() - 1) : text)
                .filter(AnyRequest::fitsAnAddress);
    }

    private Arbitrary<Map<String, String>> headers(Route route) {
        Arbitrary<String> types = Arbitraries.frequencyOf(
                Tuple.of(14, Arbitraries.just("application/json")),
                Tuple.of(4, Arbitraries.of(List.copyOf(mediaTypes(route)))),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "",
                                "application/json;charset=utf-16",
                                "application/json; charset=nonsense",
                                "APPLICATION/JSON",
                                "text/plain",
                                "text/csv",
                                "application/x-ndjson",
                                "application/problem+json",
                                "application/x-www-form-urlencoded",
                                "multipart/form-data; boundary=x",
                                "///",
                                "*/*",
                                "application/json,text/plain")));
        Arbitrary<String> accepts = Arbitraries.frequencyOf(
                Tuple.of(16, Arbitraries.just("*/*")),
                Tuple.of(
                        1, Arbitraries.of("application/json", "text/csv", "image/png", "x", "*/*;q=abc", "text/html")));
        Arbitrary<String> encodings = Arbitraries.frequency(
                Tuple.of(30, ""), Tuple.of(2, "gzip"), Tuple.of(1, "br"), Tuple.of(1, "identity"));
        Arbitrary<String> keys = sometimes(20, Arbitraries.of("key-1", "\"quoted\"", "x".repeat(300), " "));
        return Combinators.combine(types, accepts, encodings, keys).as((type, accept, encoding, key) -> {
            var headers = new TreeMap<String, String>();
            headers.put("Accept", accept);
            if (route.hasBody()) {
                headers.put("Content-Type", type);
                headers.put("Content-Encoding", encoding);
            }
            headers.put("Idempotency-Key", route.parameters("header").contains("Idempotency-Key") ? key : "");
            headers.values().removeIf(String::isEmpty);
            return headers;
        });
    }

    private static List<String> mediaTypes(Route route) {
        var types = new ArrayList<String>();
        route.operation().path("requestBody").path("content").fieldNames().forEachRemaining(types::add);
        return types.isEmpty() ? List.of("application/json") : types;
    }

    private Arbitrary<String> body(Route route) {
        if (!route.hasBody()) {
            return Arbitraries.just("").map(none -> null);
        }
        JsonNode schema = route.operation().at("/requestBody/content/application~1json/schema");
        Arbitrary<String> meant = json.of("", schema);
        Arbitrary<String> good = Arbitraries.of(GOOD.getOrDefault(route.toString(), "{}"));
        return Arbitraries.frequencyOf(
                Tuple.of(4, good),
                Tuple.of(16, meant),
                Tuple.of(1, meant.map(text -> text + "\n" + text)),
                Tuple.of(1, meant.map(text -> text.substring(0, text.length() / 2))),
                Tuple.of(1, AnyJson.hostile()));
    }

    private static Arbitrary<String> sometimes(int percent, Arbitrary<String> value) {
        return Arbitraries.frequencyOf(Tuple.of(percent, value), Tuple.of(100 - percent, Arbitraries.just("")));
    }
}
