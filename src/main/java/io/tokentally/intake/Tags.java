package io.tokentally.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.intake.Fields.Field;
import io.tokentally.shared.Text;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The caller's own labels: a flat object of text, numbers and booleans. A label that is null is absent. */
final class Tags {

    static final int MAX_ENTRIES = 50;

    private static final String NUMBER = "must be a finite number of at most " + Numbers.MAX_DIGITS
            + " digits, with an exponent of at most " + Numbers.MAX_EXPONENT;

    private Tags() {}

    static SortedMap<String, Object> read(Fields fields) {
        SortedMap<String, Object> tags = fields.find("tags")
                .filter(field -> isFit(fields, field))
                .map(field -> entries(fields, field))
                .orElseGet(Collections::emptySortedMap);
        return Collections.unmodifiableSortedMap(tags);
    }

    private static boolean isFit(Fields fields, Field field) {
        if (!field.value().isObject()) {
            fields.refuse(field.name(), "must be an object of text, numbers and booleans");
            return false;
        }
        if (field.value().size() > MAX_ENTRIES) {
            fields.refuse(field.name(), "must have at most " + MAX_ENTRIES + " entries");
            return false;
        }
        return true;
    }

    private static SortedMap<String, Object> entries(Fields fields, Field field) {
        var tags = new TreeMap<String, Object>();
        for (Map.Entry<String, JsonNode> entry : field.value().properties()) {
            if (!Text.isTagKey(entry.getKey())) {
                fields.refuse(
                        field.name(), "must have names of 1 to " + Text.MAX_TAG_KEY_LENGTH + " well-formed characters");
            } else if (!entry.getValue().isNull()) {
                value(fields, new Field(field.name() + "." + Texts.shown(entry.getKey()), entry.getValue()))
                        .ifPresent(value -> tags.put(entry.getKey(), value));
            }
        }
        return tags;
    }

    private static Optional<?> value(Fields fields, Field tag) {
        return switch (tag.value().getNodeType()) {
            case STRING -> fields.text(tag, Text.MAX_TAG_VALUE_BYTES);
            case BOOLEAN -> Optional.of(tag.value().booleanValue());
            case NUMBER -> fields.orRefuse(Numbers.modest(tag.value()), tag.name(), NUMBER);
            default -> fields.refuse(tag.name(), "must be text, a number or a boolean");
        };
    }
}
