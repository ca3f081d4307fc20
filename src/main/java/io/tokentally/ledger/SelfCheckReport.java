package io.tokentally.ledger;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a self-check found.
 *
 * @param totalDifferences all there are; {@code differences} names the first 100 of each tenant, and 1,000 at most
 */
public record SelfCheckReport(
        boolean clean,
        Checked checked,
        @JsonProperty("total_differences") long totalDifferences,
        List<Difference> differences) {

    private static final int MOST_OF_A_TENANT = 100;
    private static final int MOST = 1_000;

    static final SelfCheckReport OF_NOBODY = new SelfCheckReport(true, new Checked(0, 0, 0), 0, List.of());

    /**
     * How much was looked at.
     *
     * @param months those in which a tenant has rows, added up over the tenants
     */
    public record Checked(long tenants, long months, long events) {}

    static SelfCheckReport ofTenant(Checked checked, long totalDifferences, List<Difference> differences) {
        return new SelfCheckReport(
                totalDifferences == 0,
                checked,
                totalDifferences,
                differences.stream().limit(MOST_OF_A_TENANT).toList());
    }

    SelfCheckReport plus(SelfCheckReport other) {
        return new SelfCheckReport(
                clean && other.clean,
                new Checked(
                        checked.tenants + other.checked.tenants,
                        checked.months + other.checked.months,
                        checked.events + other.checked.events),
                totalDifferences + other.totalDifferences,
                Stream.concat(differences.stream(), other.differences.stream())
                        .limit(MOST)
                        .toList());
    }
}
