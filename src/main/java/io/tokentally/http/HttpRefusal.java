package io.tokentally.http;

import java.util.Arrays;
import java.util.Optional;

/** What the HTTP layers refuse before a feature has a say. */
enum HttpRefusal {
    UNREADABLE(400, "bad_request", "The request could not be read."),
    NOT_FOUND(404, "not_found", "There is nothing here, or nothing you may see."),
    WRONG_METHOD(405, "method_not_allowed", "This route does not know the method."),
    NOT_ACCEPTABLE(406, "not_acceptable", "This route does not answer in the media type asked for."),
    TOO_LARGE(413, "too_large", "The request body is larger than this route accepts."),
    WRONG_MEDIA_TYPE(
            415,
            "unsupported_media_type",
            "Send the body as application/json; usage events also as application/x-ndjson.");

    private final int status;
    private final String code;
    private final String detail;

    HttpRefusal(int status, String code, String detail) {
        this.status = status;
        this.code = code;
        this.detail = detail;
    }

    static Optional<HttpRefusal> of(int status) {
        return Arrays.stream(values())
                .filter(refusal -> refusal.status == status)
                .findFirst();
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
