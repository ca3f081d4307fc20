package io.tokentally.portal;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How a person can sign in.
 *
 * @param ownTokens access tokens of {@code ./tokentally token} are believed, and can be pasted
 * @param link so are one-time links
 * @param identityProvider where to be sent to; null: nowhere
 */
public record SignInWays(
        @JsonProperty("own_tokens") boolean ownTokens,
        boolean link,

        @JsonProperty("identity_provider") @Schema(nullable = true)
        IdentityProvider identityProvider) {

    /** @param clientId of a public client: authorization code with PKCE */
    @Schema(name = "PortalIdentityProvider")
    public record IdentityProvider(
            String issuer, @JsonProperty("client_id") String clientId, String scope) {}

    static SignInWays of(PortalSettings settings) {
        boolean own = settings.signInFolder().isPresent();
        return new SignInWays(own, own, provider(settings.identityProvider()).orElse(null));
    }

    private static Optional<IdentityProvider> provider(PortalSettings.Provider settings) {
        return settings.authority()
                .flatMap(issuer ->
                        settings.clientId().map(client -> new IdentityProvider(issuer, client, settings.scope())));
    }
}
