package io.tokentally.bench;

import java.time.Duration;

/** One way to do a work. */
record Side(String name, Run run) {

    interface Run {
        Measured during(Duration time) throws Exception;
    }
}
