package io.tokentally.pricing;

import io.tokentally.shared.QueryParameters;
import io.tokentally.shared.QueryParameters.DayOrInstant;
import io.tokentally.shared.Text;
import java.time.Instant;
import java.util.Locale;

/**
 * Which prices a caller asks for.
 *
 * @param provider in the spelling of the price book; null: any
 * @param part of provider or model, in lower case; null: any
 * @param at those that hold then; null: all of history
 * @param book null: both
 */
public record PriceListing(String provider, String part, Instant at, BookName book, long limit, long offset) {

    private static final String ALL = "all";

    static PriceListing read(
            String provider, String part, String at, String book, String limit, String offset, Instant now) {
        var parameters = new QueryParameters();
        PriceListing listing = read(parameters, provider, part, at, book, limit, offset, now);
        parameters.mustBeGood();
        return listing;
    }

    /**
     * For a file, which has no pages.
     *
     * @throws io.tokentally.shared.InvalidInput also for what was wrong in {@code parameters} before
     */
    public static PriceListing all(
            QueryParameters parameters, String provider, String part, String at, String book, Instant now) {
        PriceListing listing = read(parameters, provider, part, at, book, null, null, now);
        parameters.mustBeGood();
        return listing;
    }

    private static PriceListing read(
            QueryParameters parameters,
            String provider,
            String part,
            String at,
            String book,
            String limit,
            String offset,
            Instant now) {
        String named = parameters.text("provider", provider, Text.MAX_NAME_BYTES);
        String wanted = parameters.text("q", part, Text.MAX_NAME_BYTES);
        return new PriceListing(
                Providers.canonical(named),
                wanted == null ? null : wanted.toLowerCase(Locale.ROOT),
                instant(parameters, at, now),
                parameters.oneOf("book", book, BookName.class, null),
                parameters.number("limit", limit, 200, 1, 1_000),
                parameters.number("offset", offset, 0, 0, Integer.MAX_VALUE));
    }

    private static Instant instant(QueryParameters parameters, String at, Instant now) {
        if (ALL.equals(at)) {
            return null;
        }
        DayOrInstant read = parameters.dayOrInstant("at", at);
        return read == null ? now : read.inUtc();
    }

    boolean isFor(Price price, BookName of) {
        return (book == null || book == of)
                && (provider == null || provider.equals(price.provider()))
                && (part == null
                        || price.provider().toLowerCase(Locale.ROOT).contains(part)
                        || price.model().toLowerCase(Locale.ROOT).contains(part));
    }
}
