package io.tokentally.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignInWaysTest {

    private static final String AUTHORITY = "tokentally.portal.identity-provider.authority";
    private static final String CLIENT = "tokentally.portal.identity-provider.client-id";

    private static SignInWays with(Map<String, String> settings) {
        var config = new SmallRyeConfigBuilder().withMapping(PortalSettings.class);
        settings.forEach(config::withDefaultValue);
        return SignInWays.of(config.build().getConfigMapping(PortalSettings.class));
    }

    @Test
    void areNoneUnlessConfigured() {
        assertThat(with(Map.of())).isEqualTo(new SignInWays(false, false, null));
    }

    @Test
    void areOursWhereOurTokensAreBelieved() {
        assertThat(with(Map.of("tokentally.portal.sign-in-folder", "data/sign-in")))
                .isEqualTo(new SignInWays(true, true, null));
    }

    @Test
    void areTheProvidersWithWhatABrowserAsksItFor() {
        assertThat(with(Map.of(AUTHORITY, "https://id.example", CLIENT, "portal"))
                        .identityProvider())
                .isEqualTo(new SignInWays.IdentityProvider("https://id.example", "portal", "openid profile"));
    }

    @Test
    void areNotTheProvidersByHalf() {
        assertThat(with(Map.of(AUTHORITY, "https://id.example")).identityProvider())
                .isNull();
        assertThat(with(Map.of(AUTHORITY, "", CLIENT, "")).identityProvider()).isNull();
    }
}
