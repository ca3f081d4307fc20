package io.tokentally.tenancy;

import io.tokentally.shared.Refusal;
import java.util.Map;

/** PostgreSQL did not say who is calling. Nothing was read or written. */
final class DoorBlocked extends Refusal {

    private DoorBlocked(String code, String detail) {
        super(Kind.UNAVAILABLE, code, detail);
    }

    static DoorBlocked late() {
        return new DoorBlocked("busy", "The database is busy. Nothing was written.");
    }

    static DoorBlocked away() {
        return new DoorBlocked("database_unavailable", "The database cannot be reached. Nothing was written.");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("Retry-After", "5");
    }
}
