package io.tokentally.boot;

/** Why nothing could be checked, as one sentence. */
final class CannotCheck extends RuntimeException {

    CannotCheck(String sentence) {
        super(sentence.strip(), null, false, false);
    }
}
