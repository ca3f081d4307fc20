package io.tokentally.shared;

import java.util.List;
import java.util.Map;

/** The request has wrong fields; all of them are named at once. Nothing was written. */
public final class InvalidInput extends Refusal {

    private final List<FieldError> errors;

    public InvalidInput(List<FieldError> errors) {
        super(Kind.INVALID, "invalid_input", sentence(errors));
        this.errors = List.copyOf(errors);
    }

    public InvalidInput(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    public List<FieldError> errors() {
        return errors;
    }

    @Override
    public Map<String, Object> members() {
        return Map.of("errors", errors);
    }

    private static String sentence(List<FieldError> errors) {
        return errors.size() == 1
                ? errors.getFirst().field() + " " + errors.getFirst().message()
                : errors.size() + " fields are wrong; see errors";
    }
}
