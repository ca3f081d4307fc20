package io.tokentally.quota;

import io.tokentally.shared.MonthlyLimits;

/** @param limits null members are unlimited */
public record TierView(String tier, MonthlyLimits limits) {}
