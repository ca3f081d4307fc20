package io.tokentally.ledger;

import io.tokentally.shared.TokenCounts;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * What a group of usage rows adds up to. Costs sum what is priced; {@code unpricedCalls} says what is not.
 *
 * @param users by how much the number of distinct users with a call moves; known only once the users' own sums are added
 */
record Sums(
        long users,
        long events,
        long calls,
        long failedCalls,
        long cacheHits,
        long unpricedCalls,
        TokenCounts tokens,
        BigDecimal inputCost,
        BigDecimal outputCost,
        long responseTimeMs,
        long timedEvents,
        Instant first,
        Instant last) {

    static Sums of(PricedUsage usage) {
        RecordUsage command = usage.command();
        int calls = usage.calls();
        return new Sums(
                0,
                1,
                calls,
                command.success() ? 0 : calls,
                command.cacheHit() ? 1 : 0,
                usage.cost() == null ? calls : 0,
                command.tokens(),
                usage.cost() == null ? BigDecimal.ZERO : usage.cost().input(),
                usage.cost() == null ? BigDecimal.ZERO : usage.cost().output(),
                command.responseTimeMs() == null ? 0 : command.responseTimeMs(),
                command.responseTimeMs() == null ? 0 : 1,
                usage.occurredAt(),
                usage.occurredAt());
    }

    Sums plus(Sums other) {
        return new Sums(
                users + other.users,
                events + other.events,
                calls + other.calls,
                failedCalls + other.failedCalls,
                cacheHits + other.cacheHits,
                unpricedCalls + other.unpricedCalls,
                plus(tokens, other.tokens),
                inputCost.add(other.inputCost),
                outputCost.add(other.outputCost),
                responseTimeMs + other.responseTimeMs,
                timedEvents + other.timedEvents,
                first.isBefore(other.first) ? first : other.first,
                last.isAfter(other.last) ? last : other.last);
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
                first,
                last);
    }

    BigDecimal totalCost() {
        return inputCost.add(outputCost);
    }

    private static TokenCounts plus(TokenCounts one, TokenCounts other) {
        return new TokenCounts(
                one.prompt() + other.prompt(),
                one.completion() + other.completion(),
                one.cacheRead() + other.cacheRead(),
                one.cacheWrite5m() + other.cacheWrite5m(),
                one.cacheWrite1h() + other.cacheWrite1h(),
                one.reasoning() + other.reasoning());
    }
}
