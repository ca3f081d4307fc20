package io.tokentally.pricing;

import static java.util.Comparator.comparing;
import static java.util.Comparator.nullsLast;
import static java.util.Comparator.reverseOrder;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a tenant is priced by, row by row.
 *
 * @param own the tenant's
 * @param defaults the catalogue alone, where the oldest price of a model reaches back
 * @param book both: what prices a call
 */
record PriceTable(List<Price> catalogue, List<Price> own, PriceBook defaults, PriceBook book) {

    private record Row(Price price, BookName book) {

        private static final Comparator<Row> BY_MODEL = comparing((Row row) -> row.price.provider())
                .thenComparing(row -> row.price.model())
                .thenComparing(Row::book)
                .thenComparing(row -> row.price.from(), nullsLast(reverseOrder()))
                .thenComparing(row -> row.price.id(), reverseOrder());
    }

    /** @param total prices that match, not only those of this page */
    @Schema(name = "PricePage")
    record Page(List<PriceView> prices, long total, long limit, long offset) {}

    Page page(PriceListing wanted, Instant now) {
        List<Row> matching = matching(wanted);
        return new Page(
                matching.stream()
                        .skip(wanted.offset())
                        .limit(wanted.limit())
                        .map(row -> view(row, wanted.at(), now))
                        .toList(),
                matching.size(),
                wanted.limit(),
                wanted.offset());
    }

    /** Those of every page. */
    List<PriceView> all(PriceListing wanted, Instant now) {
        return matching(wanted).stream().map(row -> view(row, wanted.at(), now)).toList();
    }

    private List<Row> matching(PriceListing wanted) {
        return Stream.concat(
                        own.stream().map(price -> new Row(price, BookName.OWN)),
                        catalogue.stream().map(price -> new Row(price, BookName.CATALOGUE)))
                .filter(row -> wanted.isFor(row.price, row.book) && (wanted.at() == null || holds(row, wanted.at())))
                .sorted(Row.BY_MODEL)
                .toList();
    }

    PriceView ofOwn(Price price, Instant now) {
        return view(new Row(price, BookName.OWN), now, now);
    }

    /** In its own book, be it hidden by the other one or not. */
    private boolean holds(Row row, Instant at) {
        return row.book == BookName.OWN ? row.price.period().contains(at) : prices(defaults, row.price, at);
    }

    private PriceView view(Row row, Instant at, Instant now) {
        Price price = row.price;
        return PriceView.of(
                price, row.book, book.aliasesOf(price.provider(), price.model(), at), prices(book, price, now));
    }

    private static boolean prices(PriceBook book, Price price, Instant at) {
        return book.priceAt(price.provider(), price.model(), at)
                .filter(found -> found.id() == price.id())
                .isPresent();
    }
}
