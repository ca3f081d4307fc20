package io.tokentally.pricing;

import java.time.Instant;
import java.util.List;

/**
 * A price before the database gave it an id, of the default catalogue or a tenant's own. Provider, model and stated start are its key: a
 * newer catalogue that says more about it is still about the same price.
 *
 * @param from inclusive, as stated; null when no source states a date. A model's oldest price reaches back all the same
 * @param until exclusive: stated, or where the model's next price starts; null means open
 */
record CataloguePrice(
        String provider,
        String model,
        boolean vendor,
        Instant from,
        Instant until,
        Rates rates,
        List<Band> bands,
        String source) {

    Price withId(long id) {
        return new Price(id, provider, model, vendor, rates, bands, from, until, source);
    }
}
