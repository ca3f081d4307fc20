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

    @ParameterizedTest
    @ValueSource(strings = {"AUTHORITY", "CLIENT_ID", "SCOPE"})
    void isRefusedForThePortalByHalf(String only) {
        configure();
        environment.put("TOKENTALLY_PORTAL_IDENTITY_PROVIDER_" + only, "https://id.example");
        assertRefused("Half an identity provider is configured for the portal;");
    }

    @Test
    void isAcceptedForThePortalOnlyWhereItIsBelieved() {
        configure();
        configurePortal("https://id.example/realms/acme");
        assertAccepted();
        environment.put("TOKENTALLY_PORTAL_IDENTITY_PROVIDER_SCOPE", "openid organization");
        assertAccepted();
        environment.remove("MP_JWT_VERIFY_PUBLICKEY_LOCATION");
        assertRefused("The portal has an identity provider whose access tokens are not believed;");
    }

    @Test
    void mayBeLeftBlankForThePortal() {
        configurePortal("");
        environment.put("TOKENTALLY_PORTAL_IDENTITY_PROVIDER_CLIENT_ID", " ");
        assertAccepted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://id.example",
                "http://localhost.evil.example",
                "id.example",
                "https://",
                "https://id.example?x",
                "https://id.example; script-src *",
                "https://id.example 'unsafe-inline'"
            })
    void isRefusedForThePortalWhereOthersCouldReadAlong(String authority) {
        configure();
        configurePortal(authority);
        assertRefused("TOKENTALLY_PORTAL_IDENTITY_PROVIDER_AUTHORITY is no https URL without query: " + authority);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8081/realms/acme", "http://127.0.0.1:8081", "https://id.example:8443/"})
    void isAcceptedForThePortalAt(String authority) {
        configure();
        configurePortal(authority);
        assertAccepted();
    }

    private void configurePortal(String authority) {
        environment.put("TOKENTALLY_PORTAL_IDENTITY_PROVIDER_AUTHORITY", authority);
        environment.put("TOKENTALLY_PORTAL_IDENTITY_PROVIDER_CLIENT_ID", "tokentally-portal");
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
