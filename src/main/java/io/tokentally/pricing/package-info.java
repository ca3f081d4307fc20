/**
 * What a call costs: price books with effective dates, and the exact rating of a call by the price in force when it
 * occurred.
 *
 * <p>The rules are pure: a {@link io.tokentally.pricing.PriceBook} finds the price, {@link
 * io.tokentally.pricing.Rating} multiplies. The product's own list prices stand in {@code pricing/catalogue.csv},
 * {@code bands.csv} and {@code aliases.csv} on the class path; a model none of them names is unpriced, never guessed.
 *
 * <p>A tenant sets prices of its own over them: {@link io.tokentally.pricing.OwnPrices}.
 *
 * <p>Owns {@code price}, {@code price_band} and {@code model_alias}. May know shared, tenancy.
 */
package io.tokentally.pricing;
