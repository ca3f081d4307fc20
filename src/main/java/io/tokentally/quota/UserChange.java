package io.tokentally.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokentally.shared.FieldError;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.LimitsReader;
import io.tokentally.shared.MonthlyLimits;
import io.tokentally.shared.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a request wants changed of a user: the members it names, and no others. */
final class UserChange {

    private static final int MAX_BYTES = 320;

    /** The form of the body, for the API page. */
    @Schema(name = "UserChange")
    record Body(String tier, String username, String email, MonthlyLimits limits) {}

    private final JsonNode body;
    private final ObjectNode limits;

    private UserChange(JsonNode body, ObjectNode limits) {
        this.body = body;
        this.limits = limits;
    }

    /** @throws InvalidInput naming every wrong member */
    static UserChange read(JsonNode body) {
        if (body == null || !body.isObject()) {
            throw new InvalidInput("body", "must be a JSON object");
        }
        var errors = new ArrayList<FieldError>();
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        for (var member : body.properties()) {
            switch (member.getKey()) {
                case "tier", "username", "email" -> text(member.getKey(), member.getValue(), errors);
                case "limits" -> {
                    if (!member.getValue().isNull()) {
                        limits = LimitsReader.read("limits", member.getValue(), errors);
                    }
                }
                default -> errors.add(new FieldError(member.getKey(), "is not a known member"));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return new UserChange(body, limits);
    }

    void mustNameAKnownTier(Predicate<String> exists) {
        if (body.hasNonNull("tier") && !exists.test(body.get("tier").textValue())) {
            throw new InvalidInput("tier", "must be one of the tenant's tiers; GET /api/tiers lists them");
        }
    }

    void applyTo(AppUser user) {
        if (body.has("tier")) {
            user.tier = body.get("tier").textValue();
        }
        if (body.has("username")) {
            user.username = body.get("username").textValue();
        }
        if (body.has("email")) {
            user.email = body.get("email").textValue();
        }
        if (body.has("limits")) {
            user.limits = limits.toString();
        }
    }

    /** For the audit log: of names only that they were changed. */
    Map<String, Object> details() {
        var details = new LinkedHashMap<String, Object>();
        for (var member : body.properties()) {
            boolean isOfAPerson =
                    member.getKey().equals("username") || member.getKey().equals("email");
            details.put(member.getKey(), isOfAPerson || member.getValue().isNull() ? "changed" : member.getValue());
        }
        return details;
    }

    private static void text(String field, JsonNode value, List<FieldError> errors) {
        boolean good = value.isNull() || (value.isTextual() && Text.isName(value.textValue(), MAX_BYTES));
        if (!good) {
            errors.add(new FieldError(field, "must be text of 1 to 320 bytes, or null"));
        }
    }
}
