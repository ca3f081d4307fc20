package io.tokentally.ledger;

import io.tokentally.quota.Standing;

/** What a lane answers to one command, once it is on disk. */
sealed interface Answer {

    /** @param standing null when it was not asked for */
    record OfUsage(Outcome outcome, Standing standing) implements Answer {}

    record OfReservation(Reservation reservation) implements Answer {}

    record Released() implements Answer {}

    /** A refusal, or what the data did. Nothing was written. */
    record Failed(RuntimeException failure) implements Answer {}

    /** The database failed before this command had its turn, or while it had. */
    record Broken(RuntimeException failure) implements Answer {}
}
