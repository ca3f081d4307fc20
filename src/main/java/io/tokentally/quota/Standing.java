package io.tokentally.quota;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a user, or a tenant alone, stands this month.
 *
 * @param tier null when nobody but the tenant is asked about
 * @param user null likewise
 * @param unpricedCalls calls of this month that a cost limit could not see
 * @param resetsAt the first instant of the next month in the tenant's zone
 */
public record Standing(String tier, Level user, Level tenant, long unpricedCalls, Instant resetsAt) {

    /** @throws QuotaExceeded when a limit of the user or of the tenant is reached */
    public void mustAllowAnotherCall(Instant now) {
        refusalOf(Spend.NOTHING, now).ifPresent(refusal -> {
            throw refusal;
        });
    }

    /**
     * Empty when the hold may be granted: no limit of the user or of the tenant is reached, and used, held and the hold
     * together pass none. All of them or nothing is held.
     */
    public Optional<QuotaExceeded> refusalOf(Spend hold, Instant now) {
        return Stream.of(Optional.ofNullable(user), Optional.of(tenant))
                .flatMap(Optional::stream)
                .flatMap(level -> level.refusing(hold).stream()
                        .map(measure -> new QuotaExceeded(this, level, measure, hold, now)))
                .findFirst();
    }

    /** Whether a cost limit applies, which a call without a known price would escape. */
    public boolean limitsCost() {
        return tenant.limits().cost() != null || (user != null && user.limits().cost() != null);
    }

    public boolean allowsAnotherCall() {
        return tenant.reached().isEmpty() && (user == null || user.reached().isEmpty());
    }

    /** What is left under both levels: the smaller of the two, null where neither limits. */
    public Spend available() {
        Spend ofTenant = tenant.available();
        if (user == null) {
            return ofTenant;
        }
        Spend ofUser = user.available();
        return new Spend(
                smaller(ofUser.tokens(), ofTenant.tokens()),
                smaller(ofUser.cost(), ofTenant.cost()),
                smaller(ofUser.calls(), ofTenant.calls()));
    }

    /** The level whose numbers an answer shows: the user's, or the tenant's when no user is asked about. */
    Level shown() {
        return user == null ? tenant : user;
    }

    private static <T extends Comparable<T>> T smaller(T one, T other) {
        if (one == null) {
            return other;
        }
        return other == null || one.compareTo(other) <= 0 ? one : other;
    }
}
