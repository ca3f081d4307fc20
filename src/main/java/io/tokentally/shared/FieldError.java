package io.tokentally.shared;

/**
 * One wrong field of a request.
 *
 * @param field the name as the caller wrote it; parts of nested objects by dots ({@code usage.prompt_tokens})
 * @param message what the field must be, without the value that was sent
 */
public record FieldError(String field, String message) {}
