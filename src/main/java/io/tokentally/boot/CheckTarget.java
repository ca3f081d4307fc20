package io.tokentally.boot;

import io.tokentally.ledger.Rebuilt;
import io.tokentally.ledger.SelfCheckReport;

/** Whom {@code tokentally check} asks: a service over HTTP, or the ledger in this process. */
interface CheckTarget {

    /** @param tenant null: all of them */
    SelfCheckReport check(String tenant);

    Rebuilt rebuild(String tenant);
}
