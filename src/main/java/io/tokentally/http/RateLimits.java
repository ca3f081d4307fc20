package io.tokentally.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.tokentally.shared.TenantId;
import io.tokentally.tenancy.Principal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A bucket of requests for each credential that has a limit. It holds a minute's worth and fills evenly, so a credential
 * may send them at once and then waits for each further one.
 */
@ApplicationScoped
class RateLimits {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** A bucket that nobody touched for a minute is full again: forgetting it forgets nothing. */
    private static final Duration IDLE = WINDOW.multipliedBy(2);

    private static final long MOST_BUCKETS = 100_000;

    private record Holder(Optional<TenantId> tenant, String credential, int perMinute) {}

    /** What one request left of a credential's minute. */
    record Share(int perMinute, ConsumptionProbe probe) {

        boolean isGranted() {
            return probe.isConsumed();
        }

        String policy() {
            return "\"minute\";q=%d;w=%d".formatted(perMinute, WINDOW.toSeconds());
        }

        String left() {
            return "\"minute\";r=%d;t=%d"
                    .formatted(probe.getRemainingTokens(), seconds(probe.getNanosToWaitForReset()));
        }

        long secondsToWait() {
            return seconds(probe.getNanosToWaitForRefill());
        }

        private static long seconds(long nanos) {
            return Math.ceilDiv(nanos, Duration.ofSeconds(1).toNanos());
        }
    }

    /** The service's own clock, so that a test can set it. */
    private record Meter(Clock clock) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    private final RateLimitSettings settings;
    private final TimeMeter meter;
    private final Cache<Holder, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MOST_BUCKETS)
            .expireAfterAccess(IDLE)
            .build();

    RateLimits(RateLimitSettings settings, Clock clock) {
        this.settings = settings;
        this.meter = new Meter(clock);
    }

    /** Takes one request out of the credential's bucket; empty for a credential without a limit. */
    Optional<Share> take(Principal principal) {
        int perMinute = settings.perMinute(principal.roles());
        if (perMinute == RateLimitSettings.UNLIMITED) {
            return Optional.empty();
        }
        var holder = new Holder(principal.tenant(), principal.credential(), perMinute);
        Bucket bucket = buckets.get(holder, this::full);
        return Optional.of(new Share(perMinute, bucket.tryConsumeAndReturnRemaining(1)));
    }

    private Bucket full(Holder holder) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(holder.perMinute).refillGreedy(holder.perMinute, WINDOW))
                .withCustomTimePrecision(meter)
                .build();
    }
}
