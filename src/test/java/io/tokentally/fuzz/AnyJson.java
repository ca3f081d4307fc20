package io.tokentally.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * JSON made from the document's schemas: mostly what a schema asks for, now and then what it does not. It is text, because
 * some of what is sent (repeated members, numbers beyond every type) has no other form.
 *
 * @param known values that mean something, by the name of the member or parameter that takes them
 */
record AnyJson(JsonNode document, Map<String, List<String>> known) {

    private static final Pattern JOINT = Pattern.compile("_([a-z])");

    Arbitrary<String> of(String name, JsonNode schema) {
        return Arbitraries.frequencyOf(Tuple.of(24, good(name, schema)), Tuple.of(1, hostile()));
    }

    private Arbitrary<String> good(String name, JsonNode unresolved) {
        JsonNode schema = resolved(unresolved);
        if (known.containsKey(name) && !type(schema).equals("array")) {
            return Arbitraries.of(known.get(name));
        }
        if (schema.has("enum")) {
            return Arbitraries.of(texts(schema.path("enum"))).map(AnyText::quoted);
        }
        if (schema.has("oneOf")) {
            return Arbitraries.oneOf(StreamSupport.stream(schema.path("oneOf").spliterator(), false)
                    .map(each -> good(name, each))
                    .toList());
        }
        return switch (type(schema)) {
            case "object" -> object(schema);
            case "array" -> array(name, schema);
            case "integer" -> integer();
            case "number" -> number();
            case "boolean" -> Arbitraries.of("true", "false");
            case "string" -> string(schema);
            default -> Arbitraries.oneOf(AnyText.any().map(AnyText::quoted), integer(), hostile());
        };
    }

    private Arbitrary<String> array(String name, JsonNode schema) {
        return of(name, schema.path("items")).list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]");
    }

    private Arbitrary<String> object(JsonNode schema) {
        Set<String> required = new HashSet<>(texts(schema.path("required")));
        var members = new ArrayList<Arbitrary<String>>();
        schema.path("properties")
                .properties()
                .forEach(property -> members.add(member(
                        property.getKey(), property.getValue(), required.contains(property.getKey()) ? 0.02 : 0.6)));
        members.add(absent(0.97, AnyText.any().map(name -> AnyText.quoted(name) + ":1")));
        Arbitrary<List<String>> all = Combinators.combine(members)
                .as(found -> found.stream().filter(member -> !member.isEmpty()).toList());
        return Combinators.combine(all, rarely()).as(AnyJson::braces);
    }

    private static Arbitrary<Boolean> rarely() {
        return Arbitraries.frequency(Tuple.of(1, true), Tuple.of(40, false));
    }

    private static String braces(List<String> members, boolean repeated) {
        String first = repeated && !members.isEmpty() ? members.getFirst() + "," : "";
        return "{" + first + String.join(",", members) + "}";
    }

    private Arbitrary<String> member(String name, JsonNode schema, double absence) {
        Arbitrary<String> spelt = Arbitraries.frequency(Tuple.of(9, name), Tuple.of(1, inCamelCase(name)));
        return absent(
                absence,
                Combinators.combine(spelt, of(name, schema)).as((key, value) -> AnyText.quoted(key) + ":" + value));
    }

    private static Arbitrary<String> absent(double probability, Arbitrary<String> otherwise) {
        int percent = (int) Math.round(probability * 100);
        return Arbitraries.frequencyOf(Tuple.of(percent, Arbitraries.just("")), Tuple.of(100 - percent, otherwise));
    }

    private static Arbitrary<String> integer() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.longs().between(0, 5_000).map(String::valueOf)),
                Tuple.of(1, Arbitraries.longs().map(String::valueOf)),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "0",
                                "-1",
                                "100000000",
                                "2147483648",
                                "9007199254740992",
                                "9223372036854775807",
                                "9223372036854775808",
                                "1.0",
                                "1e2",
                                "1e400",
                                "-0")));
    }

    private static Arbitrary<String> number() {
        return Arbitraries.of(
                "0", "1", "0.000001", "12.5", "1e-30", "-1", "1e30", "1e400", "123456789.123456789123456789", "-0.0");
    }

    private static Arbitrary<String> string(JsonNode schema) {
        String format = schema.path("format").asText();
        Arbitrary<String> fitting = switch (format) {
            case "date-time" ->
                Arbitraries.of(
                        "2026-11-21T10:30:00Z",
                        "2026-11-21T10:30:00.123456+02:00",
                        "2020-01-01T00:00:00Z",
                        "1969-12-31T23:59:59Z",
                        "9999-12-31T23:59:59Z");
            case "date" -> Arbitraries.of("2026-11-21", "2020-02-29", "1999-12-31");
            case "uuid" -> Arbitraries.create(UUID::randomUUID).map(String::valueOf);
            default -> AnyText.plain();
        };
        List<String> examples = texts(schema.path("examples"));
        Arbitrary<String> likely = examples.isEmpty() ? fitting : Arbitraries.oneOf(fitting, Arbitraries.of(examples));
        return Arbitraries.frequencyOf(Tuple.of(6, likely), Tuple.of(1, AnyText.any()))
                .map(AnyText::quoted);
    }

    /** Not what any schema here asks for, and now and then no JSON. */
    static Arbitrary<String> hostile() {
        Arbitrary<String> other = Arbitraries.of(
                "null",
                "true",
                "[]",
                "{}",
                "[[]]",
                "[null]",
                "{\"a\":{\"b\":{\"c\":[{}]}}}",
                "[".repeat(90) + "]".repeat(90),
                "[".repeat(150) + "]".repeat(150),
                "{\"\":\"\"}",
                "{\"a\":1,\"a\":2}",
                "-",
                "01",
                "NaN",
                "'a'",
                "\"\\ud800\"",
                "\"\\u0000\"",
                "\"unfinished",
                "1".repeat(2_000),
                "1e999999999",
                "/* */ 1",
                "");
        return Arbitraries.oneOf(other, AnyText.any().map(AnyText::quoted), integer());
    }

    private JsonNode resolved(JsonNode schema) {
        return schema.has("$ref")
                ? resolved(document.at(schema.path("$ref").asText().substring(1)))
                : schema;
    }

    /** {@code ["string", "null"]} is a string. */
    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.path(0).asText() : type.asText();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String inCamelCase(String name) {
        return JOINT.matcher(name).replaceAll(joint -> joint.group(1).toUpperCase(Locale.ROOT));
    }
}
