package io.tokentally.quota;

import io.tokentally.shared.MonthlyLimits;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.math.BigDecimal;

/** A named set of monthly limits of one tenant; null is unlimited. */
@Entity
@Table(name = "tier")
@IdClass(Tier.Key.class)
class Tier {

    record Key(String tenantId, String tier) implements Serializable {}

    @Id
    @Column(name = "tenant_id")
    String tenantId;

    @Id
    @Column(name = "tier")
    String tier;

    @Column(name = "max_monthly_tokens")
    Long maxMonthlyTokens;

    @Column(name = "max_monthly_cost")
    BigDecimal maxMonthlyCost;

    @Column(name = "max_monthly_calls")
    Long maxMonthlyCalls;

    MonthlyLimits limits() {
        return new MonthlyLimits(maxMonthlyTokens, maxMonthlyCost, maxMonthlyCalls);
    }

    void limits(MonthlyLimits limits) {
        maxMonthlyTokens = limits.tokens();
        maxMonthlyCost = limits.cost();
        maxMonthlyCalls = limits.calls();
    }
}
