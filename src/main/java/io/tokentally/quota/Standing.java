package io.tokentally.quota;

import java.time.Instant;
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
        Stream.ofNullable(user).forEach(level -> refuseWhenReached(level, now));
        refuseWhenReached(tenant, now);
    }

    public boolean allowsAnotherCall() {
        return tenant.reached().isEmpty() && (user == null || user.reached().isEmpty());
    }

    /** What is left under both levels: the smaller of the two, null where neither limits. */
    Spend available() {
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

    private void refuseWhenReached(Level level, Instant now) {
        level.reached().ifPresent(measure -> {
            throw new QuotaExceeded(this, level, measure, now);
        });
    }

    private static <T extends Comparable<T>> T smaller(T one, T other) {
        if (one == null) {
            return other;
        }
        return other == null || one.compareTo(other) <= 0 ? one : other;
    }
}
