package io.tokentally.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.JsonUserId;
import io.tokentally.shared.Text;
import io.tokentally.shared.Uuids;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The members of one JSON object, asked for by their snake_case names. Whatever is wrong is collected, so that a caller
 * learns of all of it at once; a method that finds its member absent or wrong answers with nothing.
 *
 * <p>An explicit {@code null} is an absent member. What was never asked for is unknown.
 */
final class Fields {

    /** Beyond this JavaScript and others no longer tell neighbouring whole numbers apart. */
    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    static final String TEXT_OR_NUMBER = "must be text or a whole number";

    private static final int MAX_UNKNOWN_NAMED = 100;
    private static final Set<String> CONTENT = Set.of(
            "prompt",
            "completion",
            "messages",
            "query",
            "input",
            "output",
            "content",
            "text",
            "response",
            "problem_text",
            "problemText");

    private final JsonNode object;
    private final List<FieldError> errors = new ArrayList<>();
    private final Set<String> asked = new HashSet<>();

    Fields(JsonNode object) {
        this.object = object;
    }

    /** One member, by the name it was sent under. */
    record Field(String name, JsonNode value) {}

    /** The member under any of these names, in snake_case or camelCase. */
    Optional<Field> find(String... names) {
        Optional<Field> found = Optional.empty();
        for (String name : names) {
            for (String spelling : Spelling.of(name)) {
                found = oneOf(found, sent(spelling));
            }
        }
        return found;
    }

    /** Text that says something. */
    Optional<String> requiredText(String name, int maxBytes) {
        Optional<Field> field = find(name);
        if (field.isEmpty()) {
            refuse(name, "is required");
        }
        return field.flatMap(found -> saying(found, maxBytes));
    }

    /** Text that may be left out; a form sends blank for what was not filled in, so blank is absent. */
    Optional<String> text(int maxBytes, String... names) {
        return find(names).flatMap(field -> text(field, maxBytes)).filter(text -> !text.isBlank());
    }

    /** Text that may be left out, but that must say something when it is there: part of an identity. */
    Optional<String> identity(int maxBytes, String name) {
        return find(name).flatMap(field -> saying(field, maxBytes));
    }

    Optional<JsonUserId> userId(String name) {
        return find(name).map(field -> JsonUserId.read(field.name(), field.value(), errors));
    }

    /** Text, or a whole number as text; blank is absent. */
    Optional<String> label(int maxBytes, String name) {
        return find(name).flatMap(field -> label(field, maxBytes)).filter(text -> !text.isBlank());
    }

    /** An id that we gave. */
    Optional<UUID> ourId(String name) {
        return find(name)
                .flatMap(field -> orRefuse(
                        Uuids.parse(field.value().textValue()), field.name(), "must be an id that was answered"));
    }

    boolean truth(String name, boolean otherwise) {
        return find(name).flatMap(this::truth).orElse(otherwise);
    }

    Optional<Long> whole(String name, long least, long most) {
        return find(name).flatMap(field -> whole(field, least, most));
    }

    Optional<Long> whole(Field field, long least, long most) {
        return orRefuse(
                Numbers.whole(field.value(), least, most),
                field.name(),
                "must be a whole number from " + least + " to " + most);
    }

    /** A whole number that every JSON reader understands alike. */
    Optional<Long> safeWhole(Field field) {
        return whole(field, -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
    }

    /** Text that PostgreSQL can keep, as it was sent; may be blank. */
    Optional<String> text(Field field, int maxBytes) {
        String text = field.value().textValue();
        if (text == null) {
            return refuse(field.name(), "must be text");
        }
        if (Text.bytes(text) > maxBytes) {
            return refuse(field.name(), "must be at most " + maxBytes + " bytes of UTF-8");
        }
        return Text.isStorable(text)
                ? Optional.of(text)
                : refuse(field.name(), "must be well-formed text without NUL characters");
    }

    /** Text that is not blank. */
    Optional<String> saying(Field field, int maxBytes) {
        Optional<String> text = text(field, maxBytes);
        return text.isPresent() && text.get().isBlank() ? refuse(field.name(), "must not be blank") : text;
    }

    /** Notes an error, and answers with nothing. */
    <T> Optional<T> refuse(String name, String message) {
        errors.add(new FieldError(name, message));
        return Optional.empty();
    }

    <T> Optional<T> orRefuse(Optional<T> value, String name, String message) {
        return value.isPresent() ? value : refuse(name, message);
    }

    void refuse(List<FieldError> more) {
        errors.addAll(more);
    }

    /** To be called last: names what the object holds and nobody asked for. */
    void refuseUnknown() {
        object.properties().stream()
                .map(member -> member.getKey())
                .filter(name -> !asked.contains(name))
                .limit(MAX_UNKNOWN_NAMED)
                .forEach(this::refuseUnknown);
    }

    List<FieldError> errors() {
        return List.copyOf(errors);
    }

    private void refuseUnknown(String name) {
        refuse(
                Texts.shown(name),
                CONTENT.contains(name) ? "is content, which is never stored; leave it out" : "unknown member");
    }

    private Optional<Field> sent(String name) {
        JsonNode value = object.get(name);
        if (value == null) {
            return Optional.empty();
        }
        asked.add(name);
        return value.isNull() ? Optional.empty() : Optional.of(new Field(name, value));
    }

    private Optional<Field> oneOf(Optional<Field> first, Optional<Field> second) {
        if (first.isPresent() && second.isPresent()) {
            refuse(second.get().name(), "says the same as " + first.get().name() + "; send one of them");
        }
        return first.isPresent() ? first : second;
    }

    private Optional<String> label(Field field, int maxBytes) {
        return switch (field.value().getNodeType()) {
            case NUMBER -> safeWhole(field).map(String::valueOf);
            case STRING -> text(field, maxBytes);
            default -> refuse(field.name(), TEXT_OR_NUMBER);
        };
    }

    private Optional<Boolean> truth(Field field) {
        return field.value().isBoolean()
                ? Optional.of(field.value().booleanValue())
                : refuse(field.name(), "must be true or false");
    }
}
