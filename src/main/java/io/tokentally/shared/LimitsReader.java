package io.tokentally.shared;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;

/** Reads limits out of a request body and names every wrong member. */
public final class LimitsReader {

    public static final String TOKENS = "maxMonthlyTokens";
    public static final String COST = "maxMonthlyCost";
    public static final String CALLS = "maxMonthlyCalls";

    private static final int MOST_DIGITS = 30;

    private LimitsReader() {}

    /** The members that are there, as they stand; unusable ones go to {@code errors}. */
    public static ObjectNode read(String prefix, JsonNode limits, List<FieldError> errors) {
        ObjectNode read = JsonNodeFactory.instance.objectNode();
        if (!limits.isObject()) {
            errors.add(
                    new FieldError(prefix, "must be an object of maxMonthlyTokens, maxMonthlyCost, maxMonthlyCalls"));
            return read;
        }
        limits.properties().forEach(member -> {
            String field = prefix.isEmpty() ? member.getKey() : prefix + "." + member.getKey();
            switch (member.getKey()) {
                case TOKENS, CALLS -> wholeNumber(field, member.getValue(), errors);
                case COST -> amount(field, member.getValue(), errors);
                default -> errors.add(new FieldError(field, "is not a known member"));
            }
            read.set(member.getKey(), member.getValue());
        });
        return read;
    }

    /** @param read what {@link #read} gave without an error; an absent member is unlimited */
    public static MonthlyLimits asLimits(ObjectNode read) {
        return new MonthlyLimits(
                read.hasNonNull(TOKENS) ? (Long) read.get(TOKENS).longValue() : null,
                read.hasNonNull(COST) ? read.get(COST).decimalValue() : null,
                read.hasNonNull(CALLS) ? (Long) read.get(CALLS).longValue() : null);
    }

    private static void wholeNumber(String field, JsonNode value, List<FieldError> errors) {
        boolean good =
                value.isNull() || (value.canConvertToLong() && value.isIntegralNumber() && value.longValue() >= 0);
        if (!good) {
            errors.add(new FieldError(field, "must be a whole number from 0, or null for unlimited"));
        }
    }

    private static void amount(String field, JsonNode value, List<FieldError> errors) {
        if (!value.isNull() && !(value.isNumber() && isAmount(value.decimalValue()))) {
            errors.add(new FieldError(field, "must be an amount of USD from 0, or null for unlimited"));
        }
    }

    static boolean isAmount(BigDecimal value) {
        return value.signum() >= 0 && value.precision() - value.scale() <= MOST_DIGITS && value.scale() <= MOST_DIGITS;
    }
}
