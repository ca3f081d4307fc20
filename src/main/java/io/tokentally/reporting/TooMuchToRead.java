package io.tokentally.reporting;

import io.tokentally.shared.Refusal;

/** A report that reads single calls had too many to read. To send the same again would not help. */
final class TooMuchToRead extends Refusal {

    TooMuchToRead() {
        super(
                Kind.UNPROCESSABLE,
                "too_much_to_read",
                "Reading these calls takes too long. Ask for fewer days, or name more of what is meant, such as userId or"
                        + " sessionId.");
    }
}
