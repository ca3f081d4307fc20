package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;
import java.util.Map;

/** PostgreSQL did not say in time who is calling. Nothing was written. */
final class DoorBlocked extends Refusal {

    DoorBlocked() {
        super(Kind.UNAVAILABLE, "busy", "The database is busy. Nothing was written.");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Retry-After", "5");
    }
}
