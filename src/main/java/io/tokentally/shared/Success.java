package io.tokentally.shared;

/** The envelope of every 2xx JSON answer: {@code {"success": true, "data": …}}. */
public record Success<T>(boolean success, T data) {

    public static <T> Success<T> of(T data) {
        return new Success<>(true, data);
    }
}
