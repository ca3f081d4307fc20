package io.tokentally.pricing;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tokentally.shared.InvalidInput;
import io.tokentally.shared.JsonMembers;
import io.tokentally.shared.Text;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A price that a tenant wants of its own.
 *
 * <p>Its start may lie in the past: it then prices what is recorded from now on, late calls of that time included. What
 * was recorded keeps the price it was recorded with, so that no sum changes by it.
 *
 * @param from inclusive
 * @param until exclusive; null: open
 */
record NewPrice(String provider, String model, Rates rates, Instant from, Instant until, String source) {

    private static final int MAX_SOURCE_BYTES = 1_000;
    private static final String NO_SOURCE = "set by an admin";

    /** The form of the body, for the API page. */
    @Schema(
            name = "NewPrice",
            requiredProperties = {"provider", "model", "input_per_million", "output_per_million"})
    record Body(
            String provider,

            @Schema(description = "As the calls name it; a price of this very name comes before an alias")
            String model,

            @JsonProperty("input_per_million") @Schema(description = "USD per million tokens, from 0", minimum = "0")
            BigDecimal input,

            @JsonProperty("output_per_million") @Schema(minimum = "0")
            BigDecimal output,

            @JsonProperty("cache_read_per_million")
            @Schema(description = "Absent: billed as input", minimum = "0", nullable = true)
            BigDecimal cacheRead,

            @JsonProperty("cache_write_5m_per_million")
            @Schema(description = "Absent: billed as input", minimum = "0", nullable = true)
            BigDecimal cacheWrite5m,

            @JsonProperty("cache_write_1h_per_million")
            @Schema(description = "Absent: billed as the other cache write", minimum = "0", nullable = true)
            BigDecimal cacheWrite1h,

            @JsonProperty("effective_from")
            @Schema(
                    description = "Inclusive: an instant, or a day, which begins at 00:00 UTC; absent: now",
                    nullable = true)
            String effectiveFrom,

            @JsonProperty("effective_until") @Schema(description = "Exclusive, likewise; absent: open", nullable = true)
            String effectiveUntil,

            @Schema(description = "Where the numbers come from", nullable = true)
            String source) {}

    /** @throws InvalidInput naming every wrong member */
    static NewPrice read(JsonNode body, Instant now) {
        var members = new JsonMembers(body);
        members.require("provider");
        members.require("model");
        members.require("input_per_million");
        members.require("output_per_million");
        String provider = Providers.canonical(members.text("provider", Text.MAX_NAME_BYTES));
        String model = members.text("model", Text.MAX_NAME_BYTES);
        BigDecimal input = members.amount("input_per_million");
        BigDecimal output = members.amount("output_per_million");
        BigDecimal cacheRead = members.amount("cache_read_per_million");
        BigDecimal cacheWrite5m = members.amount("cache_write_5m_per_million");
        BigDecimal cacheWrite1h = members.amount("cache_write_1h_per_million");
        Instant stated = members.dayOrInstant("effective_from");
        Instant from = stated == null ? now : stated;
        Instant until = members.dayOrInstant("effective_until");
        if (until != null && !from.isBefore(until)) {
            members.wrong("effective_until", "must be after effective_from, which is now where it is absent");
        }
        String source = members.text("source", MAX_SOURCE_BYTES);
        members.mustBeGood();
        return new NewPrice(
                provider,
                model,
                new Rates(input, output, cacheRead, cacheWrite5m, cacheWrite1h),
                from,
                until,
                source == null ? NO_SOURCE : source);
    }

    Period period() {
        return new Period(from, until);
    }

    boolean isOfTheModelOf(Price price) {
        return provider.equals(price.provider()) && model.equals(price.model());
    }

    CataloguePrice soldBy(boolean vendor) {
        return new CataloguePrice(provider, model, vendor, from, until, rates, List.of(), source);
    }
}
