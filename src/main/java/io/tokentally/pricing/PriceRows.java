package io.tokentally.pricing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tokentally.shared.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The tables {@code price}, {@code price_band} and {@code model_alias}, read and written as values. */
final class PriceRows {

    /** The book of the product's own list prices. */
    static final String CATALOGUE = "*";

    private record BandOf(long priceId, Band band) {}

    private PriceRows() {}

    static List<Price> ofBook(Handle transaction, String book) {
        List<Price> plain = transaction
                .createQuery("select * from price where book = :book and retired_at is null")
                .bind("book", book)
                .map((row, context) -> price(row))
                .list();
        if (plain.isEmpty()) {
            return plain;
        }
        Map<Long, List<Band>> bands = bandsOfBook(transaction, book);
        return plain.stream()
                .map(price -> bands.containsKey(price.id()) ? withBands(price, bands.get(price.id())) : price)
                .toList();
    }

    /** Which of these tenants have prices of their own. */
    static Set<TenantId> booksAmong(Handle transaction, Collection<TenantId> tenants) {
        return transaction
                .createQuery("select distinct book from price where book = any(:books) and retired_at is null")
                .bindArray(
                        "books",
                        String.class,
                        tenants.stream().map(TenantId::value).toList())
                .map((row, context) -> new TenantId(row.getString("book")))
                .set();
    }

    static List<Alias> aliasesOfBook(Handle transaction, String book) {
        return transaction
                .createQuery("select provider, alias, model, effective_from from model_alias where book = :book")
                .bind("book", book)
                .map((row, context) -> new Alias(
                        row.getString("provider"),
                        row.getString("alias"),
                        row.getString("model"),
                        instant(row, "effective_from")))
                .list();
    }

    /** @return the id it has from now on */
    static long insert(Handle transaction, String book, CataloguePrice price) {
        long id = bindRates(
                        transaction
                                .createUpdate("""
                                        insert into price (book, provider, model, vendor, effective_from, effective_until,
                                            input_per_million, output_per_million, cache_read_per_million,
                                            cache_write_5m_per_million, cache_write_1h_per_million, source)
                                        values (:book, :provider, :model, :vendor, :from, :until,
                                            :input, :output, :cacheRead, :cacheWrite5m, :cacheWrite1h, :source)""")
                                .bind("book", book)
                                .bind("provider", price.provider())
                                .bind("model", price.model())
                                .bind("vendor", price.vendor())
                                .bind("from", utc(price.from()))
                                .bind("until", utc(price.until()))
                                .bind("source", price.source()),
                        price.rates())
                .executeAndReturnGeneratedKeys("price_id")
                .mapTo(Long.class)
                .one();
        price.bands().forEach(band -> insert(transaction, book, id, band));
        return id;
    }

    static void end(Handle transaction, Price price, Instant until) {
        transaction
                .createUpdate("update price set effective_until = :until where price_id = :id")
                .bind("until", utc(until))
                .bind("id", price.id())
                .execute();
    }

    /** It counts no longer, and stays for the rows that it priced. */
    static void retire(Handle transaction, Price price) {
        transaction
                .createUpdate("update price set retired_at = now() where price_id = :id")
                .bind("id", price.id())
                .execute();
    }

    static void insert(Handle transaction, String book, Alias alias) {
        transaction
                .createUpdate("""
                        insert into model_alias (book, provider, alias, model, effective_from)
                        values (:book, :provider, :alias, :model, :from)""")
                .bind("book", book)
                .bind("provider", alias.provider())
                .bind("alias", alias.alias())
                .bind("model", alias.model())
                .bind("from", utc(alias.from()))
                .execute();
    }

    static OffsetDateTime utc(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static void insert(Handle transaction, String book, long priceId, Band band) {
        bindRates(
                        transaction
                                .createUpdate("""
                                        insert into price_band (price_id, book, threshold_tokens, threshold_included,
                                            effective_from, effective_until, input_per_million, output_per_million,
                                            cache_read_per_million, cache_write_5m_per_million,
                                            cache_write_1h_per_million)
                                        values (:priceId, :book, :threshold, :included, :from, :until,
                                            :input, :output, :cacheRead, :cacheWrite5m, :cacheWrite1h)""")
                                .bind("priceId", priceId)
                                .bind("book", book)
                                .bind("threshold", band.thresholdTokens())
                                .bind("included", band.inclusive())
                                .bind("from", utc(band.from()))
                                .bind("until", utc(band.until())),
                        band.rates())
                .execute();
    }

    private static <S extends SqlStatement<S>> S bindRates(S statement, Rates rates) {
        return statement
                .bind("input", rates.input())
                .bind("output", rates.output())
                .bind("cacheRead", rates.cacheRead())
                .bind("cacheWrite5m", rates.cacheWrite5m())
                .bind("cacheWrite1h", rates.cacheWrite1h());
    }

    private static Map<Long, List<Band>> bandsOfBook(Handle transaction, String book) {
        return transaction
                .createQuery("select * from price_band where book = :book")
                .bind("book", book)
                .map((row, context) -> new BandOf(
                        row.getLong("price_id"),
                        new Band(
                                row.getLong("threshold_tokens"),
                                row.getBoolean("threshold_included"),
                                instant(row, "effective_from"),
                                instant(row, "effective_until"),
                                rates(row))))
                .collect(groupingBy(BandOf::priceId, mapping(BandOf::band, toList())));
    }

    private static Price price(ResultSet row) throws SQLException {
        return new Price(
                row.getLong("price_id"),
                row.getString("provider"),
                row.getString("model"),
                row.getBoolean("vendor"),
                rates(row),
                List.of(),
                instant(row, "effective_from"),
                instant(row, "effective_until"),
                row.getString("source"));
    }

    private static Price withBands(Price price, List<Band> bands) {
        return new Price(
                price.id(),
                price.provider(),
                price.model(),
                price.vendor(),
                price.rates(),
                bands,
                price.from(),
                price.until(),
                price.source());
    }

    private static Rates rates(ResultSet row) throws SQLException {
        return new Rates(
                row.getBigDecimal("input_per_million"),
                row.getBigDecimal("output_per_million"),
                row.getBigDecimal("cache_read_per_million"),
                row.getBigDecimal("cache_write_5m_per_million"),
                row.getBigDecimal("cache_write_1h_per_million"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
