package io.tokentally.ledger;

import io.tokentally.pricing.Cost;
import io.tokentally.quota.Spend;
import io.tokentally.shared.ResponseTimes;
import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;

/**
 * What a group of usage rows adds up to; a reversal takes away. Costs sum what is priced; {@code unpricedCalls} says
 * what is not.
 *
 * @param users by how much the number of distinct users with a call moves; known only once the users' own sums are added
 * @param events rows, reversals included
 */
record Sums(
        long users,
        long events,
        long calls,
        long failedCalls,
        long cacheHits,
        long unpricedCalls,
        Tokens tokens,
        BigDecimal inputCost,
        BigDecimal outputCost,
        long responseTimeMs,
        long timedEvents,
        ResponseTimes responseTimes,
        Instant first,
        Instant last,
        LocalDate firstDay,
        LocalDate lastDay) {

    record Tokens(long prompt, long completion, long cacheRead, long cacheWrite, long reasoning) {

        private static Tokens of(TokenCounts counts, int sign) {
            return new Tokens(
                    sign * counts.prompt(),
                    sign * counts.completion(),
                    sign * counts.cacheRead(),
                    sign * counts.cacheWrite(),
                    sign * counts.reasoning());
        }

        private Tokens negated() {
            return new Tokens(-prompt, -completion, -cacheRead, -cacheWrite, -reasoning);
        }

        private Tokens plus(Tokens other) {
            return new Tokens(
                    prompt + other.prompt,
                    completion + other.completion,
                    cacheRead + other.cacheRead,
                    cacheWrite + other.cacheWrite,
                    reasoning + other.reasoning);
        }
    }

    static Sums of(Fact fact) {
        RecordUsage usage = fact.usage();
        int sign = fact.sign();
        int calls = fact.calls();
        boolean timed = usage.responseTimeMs() != null;
        return new Sums(
                0,
                1,
                calls,
                usage.success() ? 0 : calls,
                usage.cacheHit() ? sign : 0,
                fact.cost() == null ? calls : 0,
                Tokens.of(usage.tokens(), sign),
                signed(fact.cost() == null ? BigDecimal.ZERO : fact.cost().input(), sign),
                signed(fact.cost() == null ? BigDecimal.ZERO : fact.cost().output(), sign),
                timed ? sign * usage.responseTimeMs() : 0,
                timed ? sign : 0,
                timed ? ResponseTimes.of(usage.responseTimeMs(), sign) : ResponseTimes.NONE,
                fact.occurredAt(),
                fact.occurredAt(),
                fact.day(),
                fact.day());
    }

    /** The amount a limit looks at. */
    Spend spend() {
        return new Spend(tokens.prompt + tokens.completion, totalCost(), calls);
    }

    Sums plus(Sums other) {
        return new Sums(
                users + other.users,
                events + other.events,
                calls + other.calls,
                failedCalls + other.failedCalls,
                cacheHits + other.cacheHits,
                unpricedCalls + other.unpricedCalls,
                tokens.plus(other.tokens),
                inputCost.add(other.inputCost),
                outputCost.add(other.outputCost),
                responseTimeMs + other.responseTimeMs,
                timedEvents + other.timedEvents,
                responseTimes.plus(other.responseTimes),
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last,
                firstDay.isBefore(other.firstDay) ? firstDay : other.firstDay,
                lastDay.isAfter(other.lastDay) ? lastDay : other.lastDay);
    }

    /** Takes the group's rows away again; between which instants they lie cannot be taken away. */
    Sums negated() {
        return new Sums(
                -users,
                -events,
                -calls,
                -failedCalls,
                -cacheHits,
                -unpricedCalls,
                tokens.negated(),
                inputCost.negate(),
                outputCost.negate(),
                -responseTimeMs,
                -timedEvents,
                responseTimes.negated(),
                first,
                last,
                firstDay,
                lastDay);
    }

    Sums withUsers(long moved) {
        return new Sums(
                moved,
                events,
                calls,
                failedCalls,
                cacheHits,
                unpricedCalls,
                tokens,
                inputCost,
                outputCost,
                responseTimeMs,
                timedEvents,
                responseTimes,
                first,
                last,
                firstDay,
                lastDay);
    }

    BigDecimal totalCost() {
        return inputCost.add(outputCost);
    }

    static BigDecimal signed(BigDecimal amount, int sign) {
        return sign < 0 ? amount.negate() : amount;
    }

    static Cost signed(Cost cost, int sign) {
        return cost == null ? null : new Cost(signed(cost.input(), sign), signed(cost.output(), sign));
    }
}
