package io.tokentally.boot;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;

/** What went wrong, in words fit for half a sentence. */
final class Reason {

    private Reason() {}

    static String of(Throwable failure) {
        return switch (failure) {
            case AccessDeniedException e -> "permission denied: " + e.getFile();
            case FileAlreadyExistsException e -> "not a folder: " + e.getFile();
            case NoSuchFileException e -> "not found: " + e.getFile();
            case UnknownHostException e -> "unknown host";
            case FileSystemException e when e.getReason() != null -> e.getReason() + ": " + e.getFile();
            default -> firstLine(failure);
        };
    }

    static String ofRootOf(Throwable failure) {
        return of(Stream.iterate(failure, f -> f != null, Throwable::getCause)
                .reduce((outer, inner) -> inner)
                .orElse(failure));
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElseThrow();
    }
}
