package io.tokentally.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Function;

/**
 * One line of a catalogue file, read strictly: the catalogue is ours, so a value it cannot read is our mistake and
 * stops the start.
 */
record CatalogueLine(String file, long number, Map<String, String> cells) {

    private static final int BARE_DATE_LENGTH = 10;

    String provider() {
        String provider = text("provider");
        if (!provider.equals(Providers.canonical(provider))) {
            throw mistake("the provider is written " + Providers.canonical(provider));
        }
        return provider;
    }

    String model() {
        return text("model");
    }

    /** Inclusive; null means since ever. */
    Instant from() {
        return instant("effective_from");
    }

    /** Exclusive; null means that only a later line ends it. */
    Instant until() {
        return instant("effective_until");
    }

    Rates rates() {
        BigDecimal input = rate("input_per_1m");
        BigDecimal output = rate("output_per_1m");
        BigDecimal cacheRead = rate("cache_read_per_1m");
        BigDecimal cacheWrite5m = rate("cache_write_5m_per_1m");
        BigDecimal cacheWrite1h = rate("cache_write_1h_per_1m");
        try {
            return new Rates(input, output, cacheRead, cacheWrite5m, cacheWrite1h);
        } catch (IllegalArgumentException refused) {
            throw mistake(refused.getMessage());
        }
    }

    String text(String column) {
        String text = cells.get(column);
        if (text.isBlank() || !text.equals(text.strip())) {
            throw mistake(column + " is required, without blanks around it");
        }
        return text;
    }

    long number(String column) {
        return read(column, Long::parseLong);
    }

    /** Whether the column holds the first word; otherwise it must hold the second. */
    boolean choice(String column, String yes, String no) {
        String text = text(column);
        if (!text.equals(yes) && !text.equals(no)) {
            throw mistake(column + " is " + yes + " or " + no);
        }
        return text.equals(yes);
    }

    IllegalStateException mistake(String what) {
        return new IllegalStateException("%s, line %d: %s".formatted(file, number, what));
    }

    private BigDecimal rate(String column) {
        return cells.get(column).isEmpty() ? null : read(column, BigDecimal::new);
    }

    private Instant instant(String column) {
        return cells.getOrDefault(column, "").isEmpty() ? null : read(column, CatalogueLine::startOfDayOrInstant);
    }

    private static Instant startOfDayOrInstant(String text) {
        return text.length() == BARE_DATE_LENGTH
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(text);
    }

    private <T> T read(String column, Function<String, T> reader) {
        try {
            return reader.apply(cells.get(column));
        } catch (RuntimeException unreadable) {
            throw mistake(column + " is not readable: " + unreadable.getMessage());
        }
    }
}
