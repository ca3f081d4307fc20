package io.tokentally.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the ledger writes. */
@ConfigMapping(prefix = "tokentally.ledger")
interface LedgerSettings {

    /** False: one transaction per command. For comparison; it is slower at every load. */
    @WithDefault("true")
    boolean groupCommit();

    /** Writers, each with a connection of its own. More than two bring nothing on two cores. */
    @WithDefault("2")
    int lanes();

    /** Commands in one transaction. */
    @WithDefault("500")
    int mostPerCommit();

    /** Commands that may wait for one lane; then callers are sent away with 503. */
    @WithDefault("10000")
    int mostWaiting();

    /** How long a command waits for its turn. Then it is withdrawn, and 503 means not written. */
    @WithDefault("10S")
    Duration longestWait();

    /** How long a lane holds on to its commands while the database is away. */
    @WithDefault("20S")
    Duration patience();

    /** @throws IllegalArgumentException with a sentence for the operator */
    default void mustMakeSense() {
        if (lanes() < 1 || mostPerCommit() < 1 || mostWaiting() < Ledger.PART) {
            throw new IllegalArgumentException(
                    "TOKENTALLY_LEDGER_LANES and TOKENTALLY_LEDGER_MOST_PER_COMMIT must be 1 or"
                            + " more, TOKENTALLY_LEDGER_MOST_WAITING " + Ledger.PART + " or more");
        }
    }
}
