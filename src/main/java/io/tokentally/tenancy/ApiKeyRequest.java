package io.tokentally.tenancy;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** Somebody shows an API key; {@code shown} is the whole text. */
final class ApiKeyRequest extends BaseAuthenticationRequest {

    private final String shown;

    ApiKeyRequest(String shown) {
        this.shown = shown;
    }

    String shown() {
        return shown;
    }
}
