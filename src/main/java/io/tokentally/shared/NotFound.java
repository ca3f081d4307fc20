package io.tokentally.shared;

/** What does not exist, and what the caller may not see: the same answer, byte for byte. */
public final class NotFound extends Refusal {

    public NotFound() {
        super(Kind.NOT_FOUND, "not_found", "There is nothing here, or nothing you may see.");
    }
}
