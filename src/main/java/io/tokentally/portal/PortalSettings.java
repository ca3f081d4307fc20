package io.tokentally.portal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** How people sign in to the portal. */
@ConfigMapping(prefix = "tokentally.portal")
interface PortalSettings {

    /** Set by start-up where own-key tokens are believed: the folder of {@link SignIns}. */
    Optional<Path> signInFolder();

    Provider identityProvider();

    /** Where the portal sends people who sign in, by authorization code and PKCE: nowhere unless it has authority and client. */
    interface Provider {

        /** The issuer, whose {@code /.well-known/openid-configuration} the portal reads. */
        Optional<String> authority();

        /** Of a public client: it has no secret. */
        Optional<String> clientId();

        @WithDefault("openid profile")
        String scope();
    }
}
