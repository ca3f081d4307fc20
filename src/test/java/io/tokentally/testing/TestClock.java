package io.tokentally.testing;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** The service's clock in tests: the real time, until a test sets it. */
@Alternative
@Priority(1)
@Singleton
public class TestClock extends Clock {

    private final AtomicReference<Instant> set = new AtomicReference<>();
    private final Clock real = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));

    public void set(String instant) {
        set.set(Instant.parse(instant));
    }

    public void reset() {
        set.set(null);
    }

    @Override
    public Instant instant() {
        Instant frozen = set.get();
        return frozen == null ? real.instant() : frozen;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return real.withZone(zone);
    }
}
