package io.tokentally.tenancy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.jwt.auth.principal.ParseException;
import io.tokentally.shared.TenantId;
import io.tokentally.shared.UserId;
import io.tokentally.tenancy.Principal;
import io.tokentally.testing.LocalProvider;
import io.tokentally.testing.ProviderGuide;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings and tokens of docs/identity.md, against keys that are published as those providers do it. */
class IdentityProvidersTest {

    private static final PublicJsonWebKey RSA = LocalProvider.key("rsa-1", "RS256");
    private static final PublicJsonWebKey EC = LocalProvider.key("ec-1", "ES256");

    private static LocalProvider provider;

    @BeforeAll
    static void start() {
        provider = new LocalProvider();
        provider.publish(RSA);
        provider.publish(EC);
    }

    @AfterAll
    static void stop() {
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Keycloak, RS256, 42c3e46f-2477-44d7-a85b-d3b43f6b31fa, admin",
        "Auth0, RS256, auth0|6553da60a54af58e29493993, admin service",
        "Supabase, ES256, 123e4567-e89b-12d3-a456-426614174000, admin"
    })
    void letsInWhomTheGuideSays(String name, String algorithm, String user, String roles) throws Exception {
        ProviderGuide guide = ProviderGuide.of(name);

        Principal principal = verify(guide, guide.token(), algorithm);

        assertThat(principal.tenant()).contains(new TenantId("acme"));
        assertThat(principal.user()).contains(new UserId(user));
        assertThat(principal.roles()).containsExactlyInAnyOrder(roles.split(" "));
        assertThat(principal.credential()).isEqualTo("token:" + user);
    }

    @ParameterizedTest
    @CsvSource({"Keycloak,RS256", "Auth0,RS256", "Supabase,ES256"})
    void refusesTheTokenOfAnotherIssuerOrAudienceOrWithoutOne(String name, String algorithm) {
        ProviderGuide guide = ProviderGuide.of(name);

        for (String claim : List.of("iss", "aud")) {
            assertRefused(guide, with(guide, claim, "somebody-else"), algorithm);
            assertRefused(guide, without(guide, claim), algorithm);
        }
    }

    @ParameterizedTest
    @CsvSource({"Keycloak,ES256", "Auth0,ES256", "Supabase,RS256"})
    void refusesAnAlgorithmThatWasNotConfiguredThoughTheKeyIsPublished(String name, String algorithm) {
        ProviderGuide guide = ProviderGuide.of(name);

        assertRefused(guide, guide.token(), algorithm);
    }

    @ParameterizedTest
    @CsvSource({"Keycloak,RS256", "Auth0,RS256", "Supabase,ES256"})
    void makesNobodyAnOperatorByTheNameOfTheRoleAlone(String name, String algorithm) throws Exception {
        ProviderGuide guide = ProviderGuide.of(name);

        assertThat(verify(guide, withGroups(guide, List.of("platform-admin")), algorithm)
                        .roles())
                .isEmpty();
        String operators = guide.settings().get("TOKENTALLY_IDENTITY_PLATFORM_ADMIN_GROUP");
        assertThat(verify(guide, withGroups(guide, List.of(operators)), algorithm)
                        .roles())
                .containsExactly("platform-admin");
    }

    @Test
    void readsKeycloaksOrganisationWithItsIdAndAttributes() throws Exception {
        ProviderGuide guide = ProviderGuide.of("Keycloak");
        Object organization = Map.of("acme", Map.of("id", "42c3e46f", "attr1", List.of("value1")));

        assertThat(verify(guide, with(guide, "organization", organization), "RS256")
                        .tenant())
                .contains(new TenantId("acme"));
    }

    @Test
    void knowsNoTenantForWhoActsForSeveralOrganisationsAtOnce() throws Exception {
        ProviderGuide guide = ProviderGuide.of("Keycloak");

        for (Object several : List.of(List.of("acme", "other"), Map.of("acme", Map.of(), "other", Map.of()))) {
            assertThat(verify(guide, with(guide, "organization", several), "RS256")
                            .tenant())
                    .isEmpty();
        }
    }

    @Test
    void readsKeycloaksClientRoles() throws Exception {
        ProviderGuide guide = ProviderGuide.of("Keycloak");
        Object roles = Map.of("tokentally", Map.of("roles", List.of("tokentally-service")));
        Map<String, String> settings = guide.settingsFor(provider.jwksUrl());
        settings.put("TOKENTALLY_IDENTITY_ROLES_CLAIM", "resource_access.tokentally.roles");

        assertThat(Verifier.with(settings)
                        .verify(token(with(guide, "resource_access", roles), RSA))
                        .roles())
                .containsExactly("service");
    }

    /** auth.users.raw_user_meta_data is what the user says of themselves. */
    @Test
    void believesNothingOfSupabasesUserMetadata() throws Exception {
        ProviderGuide guide = ProviderGuide.of("Supabase");
        Map<String, Object> claims = new HashMap<>(with(guide, "app_metadata", Map.of("provider", "email")));
        claims.put("user_metadata", Map.of("tenant", "acme", "tokentally_roles", List.of("admin")));

        Principal principal = verify(guide, claims, "ES256");

        assertThat(principal.tenant()).isEmpty();
        assertThat(principal.roles()).isEmpty();
    }

    /** Machine-to-machine: nobody's token, so to speak, but its client has a name. */
    @Test
    void takesTheClientOfAuth0ForTheHolder() throws Exception {
        ProviderGuide guide = ProviderGuide.of("Auth0");

        Principal principal = verify(guide, without(guide, "sub"), "RS256");

        assertThat(principal.user()).isEqualTo(Optional.empty());
        assertThat(principal.credential()).isEqualTo("token:K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Keycloak", "Auth0", "Supabase"})
    void setsOnlyWhatThereIs(String name) {
        ProviderGuide.of(name)
                .settings()
                .keySet()
                .forEach(variable -> assertThat(variable).matches("(MP_JWT_VERIFY|TOKENTALLY_IDENTITY)_[A-Z_]+"));
        assertThat(Verifier.settings(ProviderGuide.of(name).settings()).tenantClaim())
                .isNotEqualTo("tenant");
    }

    private static Principal verify(ProviderGuide guide, Map<String, Object> claims, String algorithm)
            throws ParseException {
        return Verifier.with(guide.settingsFor(provider.jwksUrl()))
                .verify(token(claims, algorithm.equals("ES256") ? EC : RSA));
    }

    private static String token(Map<String, Object> claims, PublicJsonWebKey key) {
        return LocalProvider.signed(LocalProvider.goodNow(claims), key);
    }

    private static void assertRefused(ProviderGuide guide, Map<String, Object> claims, String algorithm) {
        assertThatExceptionOfType(ParseException.class).isThrownBy(() -> verify(guide, claims, algorithm));
    }

    private static Map<String, Object> with(ProviderGuide guide, String claim, Object value) {
        Map<String, Object> changed = new HashMap<>(guide.token());
        changed.put(claim, value);
        return changed;
    }

    private static Map<String, Object> without(ProviderGuide guide, String claim) {
        Map<String, Object> changed = new HashMap<>(guide.token());
        changed.remove(claim);
        return changed;
    }

    /** Wherever this provider writes them. */
    private static Map<String, Object> withGroups(ProviderGuide guide, List<String> groups) {
        String[] path = guide.settings().get("TOKENTALLY_IDENTITY_ROLES_CLAIM").split("\\.");
        return with(guide, path[0], path.length == 1 ? groups : Map.of(path[1], groups));
    }
}
