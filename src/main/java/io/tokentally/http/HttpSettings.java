package io.tokentally.http;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import java.util.Optional;

/** How the service speaks HTTP, beside Quarkus's own settings. */
@ConfigMapping(prefix = "tokentally.http")
interface HttpSettings {

    /** The value of {@code Strict-Transport-Security}. Absent: TLS ends elsewhere, and whoever ends it says so. */
    @WithName("strict-transport-security")
    Optional<String> strictTransportSecurity();
}
