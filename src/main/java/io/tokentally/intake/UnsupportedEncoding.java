package io.tokentally.intake;

import io.tokentally.shared.Refusal;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;

/** The body is packed in a way that is not read here. */
final class UnsupportedEncoding extends Refusal {

    UnsupportedEncoding() {
        super(
                Kind.UNSUPPORTED,
                "unsupported_encoding",
                "Send the body as it is, or packed by gzip alone (Content-Encoding: gzip).");
    }

    @Override
    public Map<String, String> headers() {
        return Map.of(HttpHeaders.ACCEPT_ENCODING, "gzip, identity");
    }
}
