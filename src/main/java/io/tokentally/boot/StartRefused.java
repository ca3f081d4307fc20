package io.tokentally.boot;

/** Why Tokentally does not start, as one sentence the person at the terminal can act on. */
public sealed class StartRefused extends RuntimeException permits FolderLock.InUse {

    StartRefused(String sentence) {
        this(sentence, null);
    }

    StartRefused(String sentence, Throwable cause) {
        super(sentence.strip().replaceAll("\\s+", " "), cause, false, false);
    }
}
