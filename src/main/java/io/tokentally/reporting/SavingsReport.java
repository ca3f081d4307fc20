package io.tokentally.reporting;

import io.tokentally.shared.TenantId;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What deciding the scope of requests saves, on one snapshot. */
@ApplicationScoped
class SavingsReport {

    /** @param tokensPerCall prompt tokens that a spared call would have taken; null: as many as the others took */
    record Question(
            UsageFilter filter, String gateCallType, String sparedCallType, String outOfScope, Long tokensPerCall) {

        SumsQuery gate() {
            return of(filter.with(Dimension.CALL_TYPE, gateCallType));
        }

        private SumsQuery spared() {
            return of(filter.with(Dimension.CALL_TYPE, sparedCallType));
        }

        private SumsQuery outOfScopeCalls() {
            return of(filter.with(Dimension.SCOPE, outOfScope));
        }

        private SumsQuery outOfScopeNotSpared() {
            return of(filter.with(Dimension.SCOPE, outOfScope).with(Dimension.CALL_TYPE, sparedCallType));
        }

        private static SumsQuery of(UsageFilter filter) {
            return SumsQuery.of(filter, List.of());
        }
    }

    private final KeptRows rows;
    private final TenantCalendar calendar;

    SavingsReport(KeptRows rows, TenantCalendar calendar) {
        this.rows = rows;
        this.calendar = calendar;
    }

    Savings of(TenantId tenant, Question question) {
        return rows.read(tenant, transaction -> of(transaction, tenant, question));
    }

    private Savings of(Handle transaction, TenantId tenant, Question question) {
        DateRange days = question.filter.days();
        Figures gate = Breakdowns.total(transaction, tenant, question.gate());
        Figures spared = Breakdowns.total(transaction, tenant, question.spared());
        long filtered = Breakdowns.total(transaction, tenant, question.outOfScopeCalls())
                        .calls()
                - Breakdowns.total(transaction, tenant, question.outOfScopeNotSpared())
                        .calls();
        BigDecimal perCall = costPerCall(spared, question.tokensPerCall);
        BigDecimal savings = Comparisons.times(perCall, filtered);
        return new Savings(
                days.firstNamed(),
                days.lastNamed(),
                calendar.zone(transaction, tenant).getId(),
                question.gate().source(),
                KeptRows.wholeFrom(transaction, question.gate()),
                gate,
                spared,
                filtered,
                Comparisons.money(perCall),
                Comparisons.money(savings),
                Comparisons.money(gate.totalCost()),
                Comparisons.money(Comparisons.minus(savings, gate.totalCost())));
    }

    private static BigDecimal costPerCall(Figures spared, Long tokens) {
        if (tokens == null) {
            return Comparisons.costPerCall(spared);
        }
        // what some tokens cost is known only where all of them have a price
        if (spared.unpricedCalls() > 0 || spared.cacheHits() > 0 || spared.promptTokens() == 0) {
            return null;
        }
        return spared.inputCost()
                .multiply(BigDecimal.valueOf(tokens))
                .divide(BigDecimal.valueOf(spared.promptTokens()), MathContext.DECIMAL128);
    }
}
