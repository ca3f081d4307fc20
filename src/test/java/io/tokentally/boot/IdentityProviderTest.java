package io.tokentally.boot;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tokentally.testing.ProviderGuide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service does not start with. */
class IdentityProviderTest {

    private final Map<String, String> environment = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"Keycloak", "Auth0", "Supabase"})
    void isAcceptedAsTheGuideSays(String provider) {
        environment.putAll(ProviderGuide.of(provider).settings());
        assertAccepted();
    }

    @Test
    void needNotBeConfigured() {
        assertAccepted();
    }

    @Test
    void isRefusedWithoutItsIssuer() {
        configure();
        environment.remove("MP_JWT_VERIFY_ISSUER");
        assertRefused("An identity provider's key is configured and not its issuer;");
    }

    @Test
    void isRefusedWithoutAnAudienceUnlessTheOperatorMeansIt() {
        configure();
        environment.remove("MP_JWT_VERIFY_AUDIENCES");
        assertRefused("Without an audience every access token of the identity provider is let in");
        environment.put("TOKENTALLY_IDENTITY_ANY_AUDIENCE", "true");
        assertAccepted();
    }

    @Test
    void isRefusedWithoutItsKey() {
        environment.put("MP_JWT_VERIFY_ISSUER", "https://id.example");
        assertRefused("MP_JWT_VERIFY_ISSUER is configured and not that issuer's key;");
    }

    @Test
    void isRefusedWithAKeyThatIsNone(@TempDir Path folder) throws IOException {
        configure();
        environment.put(
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION", folder.resolve("none.pem").toString());
        assertRefused("The identity provider's key " + folder.resolve("none.pem") + " cannot be read (");
        Path garbage = Files.writeString(folder.resolve("garbage.pem"), "garbage");
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", garbage.toUri().toString());
        assertRefused("The identity provider's key " + garbage.toUri() + " is neither a PEM key nor a JWK Set.");
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", folder.toString());
        assertRefused("The identity provider's key " + folder + " cannot be read (");
    }

    @ParameterizedTest
    @CsvSource({
        "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM,HS256",
        "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM,'RS256, hs512'",
        "SMALLRYE_JWT_VERIFY_ALGORITHM,HS384",
        "SMALLRYE_JWT_VERIFY_SECRETKEY,c2VjcmV0"
    })
    void isRefusedWithASharedSecret(String variable, String value) {
        configure();
        environment.put(variable, value);
        assertRefused("Access tokens signed with a shared secret (HS256) are not accepted");
    }

    @Test
    void mustNotBeCalledWhatWeAreCalledIfBothCount() {
        configure();
        environment.put("MP_JWT_VERIFY_ISSUER", "tokentally");
        assertAccepted();
        environment.put("TOKENTALLY_IDENTITY_ALLOW_OWN_KEYS", "true");
        assertRefused("MP_JWT_VERIFY_ISSUER=tokentally is what own-key tokens say;");
    }

    private void configure() {
        environment.put("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://id.example/jwks.json");
        environment.put("MP_JWT_VERIFY_ISSUER", "https://id.example");
        environment.put("MP_JWT_VERIFY_AUDIENCES", "tokentally");
    }

    private void assertAccepted() {
        assertThatCode(this::check).doesNotThrowAnyException();
    }

    private void assertRefused(String beginning) {
        assertThatExceptionOfType(StartRefused.class).isThrownBy(this::check).withMessageStartingWith(beginning);
    }

    private void check() {
        IdentityProvider.refuseIfUnfit(new Settings(Map.of(), environment, Map.of()));
    }
}
