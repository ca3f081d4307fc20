package io.tokentally.reporting;

import io.tokentally.shared.NotFound;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.TenantTransactions;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Totals per tenant. Each tenant is visited by itself, so each row is from one snapshot and the page is not. */
@ApplicationScoped
class PlatformReport {

    /** What tenants can be sorted by. All but the id take a visit to every tenant there is. */
    enum SortBy {
        ID(null),
        TOTAL_API_CALLS(stats -> BigDecimal.valueOf(stats.overall().calls())),
        TOTAL_COST(stats -> stats.overall().cost()),
        MONTHLY_API_CALLS(stats -> BigDecimal.valueOf(stats.monthly().calls())),
        MONTHLY_COST(stats -> stats.monthly().cost());

        private final Function<Stats, BigDecimal> figure;

        SortBy(Function<Stats, BigDecimal> figure) {
            this.figure = figure;
        }

        /** The highest first; unpriced last. */
        private Comparator<PlatformUsage.Row> order() {
            return Comparator.comparing(
                    (PlatformUsage.Row row) -> figure.apply(row.stats()),
                    Comparator.nullsLast(Comparator.reverseOrder()));
        }
    }

    private final TenantTransactions transactions;
    private final Reports reports;

    PlatformReport(TenantTransactions transactions, Reports reports) {
        this.transactions = transactions;
        this.reports = reports;
    }

    PlatformUsage of(SortBy sortBy, long limit, long offset) {
        List<TenantId> tenants = transactions.platformTenants();
        return new PlatformUsage(page(tenants, sortBy, limit, offset), tenants.size(), limit, offset);
    }

    private List<PlatformUsage.Row> page(List<TenantId> tenants, SortBy sortBy, long limit, long offset) {
        return sortBy == SortBy.ID
                ? tenants.stream().skip(offset).limit(limit).flatMap(this::row).toList()
                : tenants.stream()
                        .flatMap(this::row)
                        .sorted(sortBy.order())
                        .skip(offset)
                        .limit(limit)
                        .toList();
    }

    /** Empty for one that was removed meanwhile. */
    private Stream<PlatformUsage.Row> row(TenantId tenant) {
        try {
            return Stream.of(reports.ofTenant(tenant));
        } catch (NotFound removedMeanwhile) {
            return Stream.empty();
        }
    }
}
