package io.tokentally.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON for tests, read as a door may read it: fractions as doubles, or exactly. */
final class Json {

    private static final ObjectMapper DOUBLES = new ObjectMapper();
    private static final ObjectMapper EXACT =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Json() {}

    static JsonNode json(String text) {
        return parse(DOUBLES, text);
    }

    static JsonNode exactJson(String text) {
        return parse(EXACT, text);
    }

    static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    private static JsonNode parse(ObjectMapper mapper, String text) {
        try {
            return mapper.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
