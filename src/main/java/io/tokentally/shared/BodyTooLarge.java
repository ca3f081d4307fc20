package io.tokentally.shared;

/** A body is longer than one request may be, as it came or unpacked. Nothing was written. */
public final class BodyTooLarge extends Refusal {

    BodyTooLarge() {
        super(
                Kind.TOO_LARGE,
                "too_large",
                "The request body is larger than this route accepts, as sent or unpacked. Nothing was written.");
    }
}
