package io.tokentally.intake;

import io.tokentally.shared.Refusal;

/** The body is text in a charset that is not known here. */
final class UnsupportedCharset extends Refusal {

    UnsupportedCharset() {
        super(Kind.UNSUPPORTED, "unsupported_charset", "Send the body in UTF-8, as JSON is.");
    }
}
