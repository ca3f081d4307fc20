package io.tokentally.boot.demo;

import io.tokentally.ledger.RecordUsage;
import java.time.Instant;
import java.util.List;

/** The traffic of {@code serve --demo}, for tests of other packages. */
public final class DemoCalls {

    private DemoCalls() {}

    /** In the order of time; the 90 days that end at {@code now}. */
    public static List<RecordUsage> until(Instant now) {
        return DemoDay.callsUntil(now);
    }
}
