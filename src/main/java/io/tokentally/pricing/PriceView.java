package io.tokentally.pricing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A price as callers read it: US dollars per million tokens. A cache rate nobody stated is null, and billed at the input
 * rate; a one-hour cache write first at the rate of the other one.
 *
 * @param book {@code catalogue}, or {@code own}: the tenant's
 * @param aliases other names that lead to it
 * @param bands other rates for long prompts
 * @param effectiveFrom inclusive; null: since ever. The catalogue's oldest of a model also holds before it
 * @param effectiveUntil exclusive; null: open
 * @param inForce whether it prices a call of now: an own price in force hides the catalogue's
 */
public record PriceView(
        long id,
        @Schema(enumeration = {"catalogue", "own"}) String book,
        String provider,
        String model,
        List<String> aliases,
        @JsonProperty("input_per_million") BigDecimal input,
        @JsonProperty("output_per_million") BigDecimal output,

        @JsonProperty("cache_read_per_million") @Schema(nullable = true)
        BigDecimal cacheRead,

        @JsonProperty("cache_write_5m_per_million") @Schema(nullable = true)
        BigDecimal cacheWrite5m,

        @JsonProperty("cache_write_1h_per_million") @Schema(nullable = true)
        BigDecimal cacheWrite1h,

        List<BandView> bands,

        @JsonProperty("effective_from") @Schema(nullable = true)
        Instant effectiveFrom,

        @JsonProperty("effective_until") @Schema(nullable = true)
        Instant effectiveUntil,

        @JsonProperty("in_force") boolean inForce,
        String source) {

    /**
     * @param fromTokens a prompt of so many tokens or more, cache included, has these rates for the whole call
     * @param effectiveFrom null: as early as its price
     * @param effectiveUntil exclusive; null: as long as its price
     */
    @Schema(name = "PriceBand")
    public record BandView(
            @JsonProperty("from_tokens") long fromTokens,
            @JsonProperty("input_per_million") BigDecimal input,
            @JsonProperty("output_per_million") BigDecimal output,

            @JsonProperty("cache_read_per_million") @Schema(nullable = true)
            BigDecimal cacheRead,

            @JsonProperty("cache_write_5m_per_million") @Schema(nullable = true)
            BigDecimal cacheWrite5m,

            @JsonProperty("cache_write_1h_per_million") @Schema(nullable = true)
            BigDecimal cacheWrite1h,

            @JsonProperty("effective_from") @Schema(nullable = true)
            Instant effectiveFrom,

            @JsonProperty("effective_until") @Schema(nullable = true)
            Instant effectiveUntil) {

        static BandView of(Band band) {
            Rates rates = band.rates();
            return new BandView(
                    band.inclusive() ? band.thresholdTokens() : band.thresholdTokens() + 1,
                    rates.input(),
                    rates.output(),
                    rates.cacheRead(),
                    rates.cacheWrite5m(),
                    rates.cacheWrite1h(),
                    band.from(),
                    band.until());
        }
    }

    static PriceView of(Price price, BookName book, List<String> aliases, boolean inForce) {
        Rates rates = price.rates();
        return new PriceView(
                price.id(),
                book.code(),
                price.provider(),
                price.model(),
                aliases,
                rates.input(),
                rates.output(),
                rates.cacheRead(),
                rates.cacheWrite5m(),
                rates.cacheWrite1h(),
                price.bands().stream().map(BandView::of).toList(),
                price.from(),
                price.until(),
                inForce,
                price.source());
    }
}
