package io.tokentally.reporting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Documents with exact numbers, and how two of them differ. */
final class ExactJson {

    static final JsonNode NULL = JsonNodeFactory.instance.nullNode();

    /** They may be off by this part, as is promised, or by a millisecond. */
    private static final Set<String> PERCENTILES = Set.of("p50_ms", "p95_ms", "p99_ms");

    private static final BigDecimal LARGEST_ERROR = new BigDecimal("0.05");

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private ExactJson() {}

    static JsonNode of(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(json, failure);
        }
    }

    static JsonNode text(Object value) {
        return value == null ? NULL : JsonNodeFactory.instance.textNode(value.toString());
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array(Collection<? extends JsonNode> elements) {
        return JsonNodeFactory.instance.arrayNode().addAll(elements);
    }

    /** A line for each value that is not the same; a member that is absent is the same as null. */
    static List<String> differences(JsonNode expected, JsonNode actual) {
        var found = new ArrayList<String>();
        compare("", expected, actual, found);
        return found;
    }

    private static void compare(String at, JsonNode expected, JsonNode actual, List<String> found) {
        if (expected.isObject() && actual.isObject()) {
            compareMembers(at, expected, actual, found);
        } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                compare(at + "[" + i + "]", expected.get(i), actual.get(i), found);
            }
        } else if (!isSame(at.substring(at.lastIndexOf('.') + 1), expected, actual)) {
            found.add(at + " is " + shown(actual) + " and by the rows " + shown(expected));
        }
    }

    private static void compareMembers(String at, JsonNode expected, JsonNode actual, List<String> found) {
        var names = new TreeSet<String>();
        expected.fieldNames().forEachRemaining(names::add);
        actual.fieldNames().forEachRemaining(names::add);
        names.forEach(name -> compare(at + "." + name, expected.path(name), actual.path(name), found));
    }

    private static boolean isSame(String name, JsonNode expected, JsonNode actual) {
        if (expected.isNumber() && actual.isNumber()) {
            BigDecimal off =
                    expected.decimalValue().subtract(actual.decimalValue()).abs();
            return off.compareTo(mayBeOff(name, expected.decimalValue())) <= 0;
        }
        return isNothing(expected) ? isNothing(actual) : expected.equals(actual);
    }

    private static BigDecimal mayBeOff(String name, BigDecimal expected) {
        return PERCENTILES.contains(name) ? expected.multiply(LARGEST_ERROR).max(BigDecimal.ONE) : BigDecimal.ZERO;
    }

    private static boolean isNothing(JsonNode node) {
        return node.isNull() || node.isMissingNode();
    }

    private static String shown(JsonNode node) {
        return node.isArray() ? node.size() + " elements " + node : node.isMissingNode() ? "absent" : node.toString();
    }
}
