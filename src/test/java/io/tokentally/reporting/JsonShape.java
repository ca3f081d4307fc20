package io.tokentally.reporting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/** The names, nesting and types of a JSON document, its values left out. Whole and fractional numbers are one type. */
final class JsonShape {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonShape() {}

    static String of(String json) {
        try {
            return of(MAPPER.readTree(json));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String of(JsonNode node) {
        if (node.isObject()) {
            var members = new TreeMap<String, String>();
            node.properties().forEach(member -> members.put(member.getKey(), of(member.getValue())));
            return members.toString();
        }
        return node.isArray() ? "[" + of(node.get(0)) + "]" : node.getNodeType().toString();
    }
}
