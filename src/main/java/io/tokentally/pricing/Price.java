package io.tokentally.pricing;

import io.tokentally.shared.TokenCounts;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What one provider asks for one model during one period. A usage row remembers the id.
 *
 * @param vendor whether the provider is the model's vendor, not a reseller
 * @param bands kept with the highest threshold first
 * @param from inclusive, as stated; null means since ever
 * @param until exclusive; null means open
 * @param source where the numbers come from and what they leave out
 */
public record Price(
        long id,
        String provider,
        String model,
        boolean vendor,
        Rates rates,
        List<Band> bands,
        Instant from,
        Instant until,
        String source) {

    public Price {
        new Period(from, until);
        bands = bands.stream()
                .sorted(Comparator.comparingLong(Band::thresholdTokens).reversed())
                .toList();
    }

    /** The rates of the highest band that this prompt reaches and that is in force, else the plain rates. */
    public Rates ratesFor(TokenCounts tokens, Instant at) {
        for (Band band : bands) {
            if (band.appliesTo(tokens, at)) {
                return band.rates();
            }
        }
        return rates;
    }

    Price endingAt(Instant end) {
        return new Price(id, provider, model, vendor, rates, bands, from, end, source);
    }

    Period period() {
        return new Period(from, until);
    }
}
