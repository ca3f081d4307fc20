package io.tokentally.shared;

import java.util.Map;

/**
 * An expected no. It carries a stable code and a sentence the caller can act on; the HTTP edge turns it into a problem
 * document (RFC 9457) in one place. It has no stack trace: it reports no fault.
 */
public abstract class Refusal extends RuntimeException {

    /** What kind of no it is; the HTTP status follows from it. */
    public enum Kind {
        INVALID(400),
        FORBIDDEN(403),
        NOT_FOUND(404),
        CONFLICT(409),
        GONE(410),
        TOO_LARGE(413),
        UNSUPPORTED(415),
        UNPROCESSABLE(422),
        EXHAUSTED(429),
        UNAVAILABLE(503);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    private final Kind kind;
    private final String code;

    protected Refusal(Kind kind, String code, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
        this.code = code;
    }

    public final Kind kind() {
        return kind;
    }

    public final String code() {
        return code;
    }

    /** Members the problem document carries beside its own. */
    public Map<String, Object> members() {
        return Map.of();
    }

    /** Response headers that belong to this answer, such as {@code Retry-After}. */
    public Map<String, String> headers() {
        return Map.of();
    }
}
