package io.tokentally.reporting.forecast;

import io.tokentally.boot.demo.DemoCalls;
import io.tokentally.ledger.RecordUsage;
import io.tokentally.pricing.PriceBook;
import io.tokentally.pricing.Rating;
import io.tokentally.pricing.SomePrices;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The demo data by day: 90 whole days, the last of them the one given. */
record DemoDays(LocalDate last, List<RecordUsage> calls) {

    private static final PriceBook PRICES = SomePrices.catalogueBook();
    private static final int DAYS = 90;

    static DemoDays until(String last) {
        return new DemoDays(LocalDate.parse(last), DemoCalls.until(Instant.parse(last + "T23:59:59.999999Z")));
    }

    List<BigDecimal> cost() {
        return byDay(call -> true, DemoDays::cost);
    }

    List<BigDecimal> costOf(String endpoint) {
        return byDay(call -> call.endpoint().equals(endpoint), DemoDays::cost);
    }

    List<BigDecimal> tokens() {
        return byDay(call -> true, call -> BigDecimal.valueOf(call.tokens().total()));
    }

    List<BigDecimal> counted() {
        return byDay(call -> !call.cacheHit(), call -> BigDecimal.ONE);
    }

    private List<BigDecimal> byDay(Predicate<RecordUsage> which, Function<RecordUsage, BigDecimal> amount) {
        var sums = calls.stream()
                .filter(which)
                .collect(Collectors.groupingBy(
                        call -> LocalDate.ofInstant(call.occurredAt(), ZoneOffset.UTC),
                        Collectors.reducing(BigDecimal.ZERO, amount, BigDecimal::add)));
        return last.minusDays(DAYS - 1L)
                .datesUntil(last.plusDays(1))
                .map(day -> sums.getOrDefault(day, BigDecimal.ZERO))
                .toList();
    }

    private static BigDecimal cost(RecordUsage call) {
        return PRICES.priceAt(call.provider(), call.model(), call.occurredAt())
                .map(price ->
                        Rating.rate(price, call.tokens(), call.occurredAt()).total())
                .orElse(BigDecimal.ZERO);
    }
}
