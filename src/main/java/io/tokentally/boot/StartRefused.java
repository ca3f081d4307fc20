package io.tokentally.boot;

/** Why Tokentally does not start, as one sentence the person at the terminal can act on. */
public final class StartRefused extends RuntimeException {

    StartRefused(String sentence) {
        this(sentence, null);
    }

    StartRefused(String sentence, Throwable cause) {
        super(sentence.strip().replaceAll("\\s+", " "), cause, false, false);
    }
}
