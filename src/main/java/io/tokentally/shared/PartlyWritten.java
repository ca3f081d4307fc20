package io.tokentally.shared;

/** A failure after part of a request was committed. The answer is the cause's own, but for its sentence. */
public final class PartlyWritten extends RuntimeException {

    /** @param sentence what is written, and what the caller can do */
    public PartlyWritten(String sentence, RuntimeException cause) {
        super(sentence, cause);
    }
}
