package io.tokentally.reporting;

import io.tokentally.shared.Money;
import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jdbi.v3.core.Handle;

/** Two periods beside each other, on one snapshot. */
@ApplicationScoped
class Comparisons {

    private static final MathContext EXACT_ENOUGH = MathContext.DECIMAL128;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int DECIMALS_OF_PERCENT = 2;
    private static final int DECIMALS_OF_MONEY = 6;

    private final KeptRows rows;
    private final TenantCalendar calendar;

    Comparisons(KeptRows rows, TenantCalendar calendar) {
        this.rows = rows;
        this.calendar = calendar;
    }

    Comparison of(TenantId tenant, SumsQuery before, SumsQuery after) {
        return rows.read(tenant, transaction -> {
            Comparison.Period then = period(transaction, tenant, before);
            Comparison.Period now = period(transaction, tenant, after);
            BigDecimal savedPerCall = minus(costPerCall(then.sums()), costPerCall(now.sums()));
            return new Comparison(
                    calendar.zone(transaction, tenant).getId(),
                    after.source(),
                    KeptRows.wholeFrom(transaction, before),
                    then,
                    now,
                    change(then, now),
                    money(savedPerCall),
                    money(times(savedPerCall, priced(now.sums()))));
        });
    }

    private static Comparison.Period period(Handle transaction, TenantId tenant, SumsQuery query) {
        DateRange days = query.filter().days();
        return new Comparison.Period(
                days.first(), days.last(), days.days(), Breakdowns.total(transaction, tenant, query));
    }

    private static Comparison.Change change(Comparison.Period before, Comparison.Period after) {
        Figures then = before.sums();
        Figures now = after.sums();
        return new Comparison.Change(
                percent(decimal(then.calls()), decimal(now.calls())),
                percent(per(then.calls(), before.days()), per(now.calls(), after.days())),
                percent(decimal(then.totalTokens()), decimal(now.totalTokens())),
                percent(then.totalCost(), now.totalCost()),
                percent(per(then.totalTokens(), then.calls()), per(now.totalTokens(), now.calls())),
                percent(per(then.promptTokens(), then.calls()), per(now.promptTokens(), now.calls())),
                percent(per(then.completionTokens(), then.calls()), per(now.completionTokens(), now.calls())),
                percent(costPerCall(then), costPerCall(now)),
                percent(time(then), time(now)),
                percent(per(then.failedCalls(), then.calls()), per(now.failedCalls(), now.calls())),
                percent(hits(then), hits(now)));
    }

    /** Over the calls that are priced. */
    static BigDecimal costPerCall(Figures sums) {
        return sums.totalCost() == null ? null : per(sums.totalCost(), priced(sums));
    }

    private static long priced(Figures sums) {
        return sums.calls() - sums.unpricedCalls();
    }

    private static BigDecimal hits(Figures sums) {
        return per(sums.cacheHits(), sums.cacheHits() + sums.calls());
    }

    private static BigDecimal time(Figures sums) {
        Long average = sums.responseTime().average();
        return average == null ? null : decimal(average);
    }

    private static BigDecimal per(long amount, long count) {
        return per(decimal(amount), count);
    }

    private static BigDecimal per(BigDecimal amount, long count) {
        return count == 0 ? null : amount.divide(decimal(count), EXACT_ENOUGH);
    }

    private static BigDecimal decimal(long number) {
        return BigDecimal.valueOf(number);
    }

    private static BigDecimal percent(BigDecimal before, BigDecimal after) {
        return before == null || after == null || before.signum() == 0
                ? null
                : Money.normal(after.subtract(before)
                        .multiply(HUNDRED)
                        .divide(before, EXACT_ENOUGH)
                        .setScale(DECIMALS_OF_PERCENT, RoundingMode.HALF_EVEN));
    }

    static BigDecimal minus(BigDecimal one, BigDecimal other) {
        return one == null || other == null ? null : one.subtract(other);
    }

    static BigDecimal times(BigDecimal amount, long count) {
        return amount == null ? null : amount.multiply(decimal(count));
    }

    static BigDecimal money(BigDecimal amount) {
        return amount == null ? null : Money.normal(amount.setScale(DECIMALS_OF_MONEY, RoundingMode.HALF_EVEN));
    }
}
