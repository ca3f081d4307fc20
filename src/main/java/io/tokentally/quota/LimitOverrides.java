package io.tokentally.quota;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokentally.shared.LimitsReader;
import io.tokentally.shared.MonthlyLimits;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The limits one user has instead of their tier's. A member that is present wins, and null in it means unlimited; an
 * absent member leaves the tier's limit.
 */
public record LimitOverrides(JsonNode json) {

    private static final LimitOverrides NONE = new LimitOverrides(JsonNodeFactory.instance.objectNode());

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** @param json null: none */
    static LimitOverrides parse(String json) {
        if (json == null) {
            return NONE;
        }
        try {
            return new LimitOverrides(MAPPER.readTree(json));
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("app_user.limits holds JSON that PostgreSQL accepted", broken);
        }
    }

    MonthlyLimits over(MonthlyLimits tier) {
        return new MonthlyLimits(
                json.has(LimitsReader.TOKENS) ? wholeNumber(LimitsReader.TOKENS) : tier.tokens(),
                json.has(LimitsReader.COST) ? amount() : tier.cost(),
                json.has(LimitsReader.CALLS) ? wholeNumber(LimitsReader.CALLS) : tier.calls());
    }

    /** Only those there are, as a change takes them. */
    Map<String, Object> members() {
        MonthlyLimits own = over(MonthlyLimits.NONE);
        var members = new LinkedHashMap<String, Object>();
        put(members, LimitsReader.TOKENS, own.tokens());
        put(members, LimitsReader.COST, own.cost());
        put(members, LimitsReader.CALLS, own.calls());
        return members;
    }

    private void put(Map<String, Object> members, String member, Object limit) {
        if (json.has(member)) {
            members.put(member, limit);
        }
    }

    private Long wholeNumber(String member) {
        return json.get(member).isNull() ? null : json.get(member).longValue();
    }

    private BigDecimal amount() {
        return json.get(LimitsReader.COST).isNull()
                ? null
                : json.get(LimitsReader.COST).decimalValue();
    }
}
