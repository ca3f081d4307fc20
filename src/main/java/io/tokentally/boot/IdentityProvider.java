package io.tokentally.boot;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the operator configured of an outside identity provider, refused where it would believe too many tokens. */
final class IdentityProvider {

    private static final String ISSUER = "mp.jwt.verify.issuer";

    private static final List<String> KEY =
            List.of("mp.jwt.verify.publickey.location", "mp.jwt.verify.publickey", "smallrye.jwt.verify.key.location");

    private static final List<String> KEY_FILE =
            List.of("mp.jwt.verify.publickey.location", "smallrye.jwt.verify.key.location");

    private static final List<String> SECRET =
            List.of("smallrye.jwt.verify.secretkey", "smallrye.jwt.verify.secretkey.location");

    private static final List<String> ALGORITHM =
            List.of("mp.jwt.verify.publickey.algorithm", "smallrye.jwt.verify.algorithm");

    private static final String AUTHORITY = "tokentally.portal.identity-provider.authority";
    private static final String CLIENT = "tokentally.portal.identity-provider.client-id";

    private static final List<String> PORTAL = List.of(AUTHORITY, CLIENT, "tokentally.portal.identity-provider.scope");

    /** Plain http only where nobody sits in between; and nothing that means something in a Content-Security-Policy. */
    private static final Pattern SECURE =
            Pattern.compile("(https://[^\\s/?#;,'\"]+|http://(localhost|127\\.0\\.0\\.1)(:\\d+)?)(/[^\\s?#;,'\"]*)?");

    private IdentityProvider() {}

    static boolean isConfigured(Settings settings) {
        return KEY.stream().anyMatch(settings::has);
    }

    static boolean allowsOwnKeys(Settings settings) {
        return isTrue(settings, "tokentally.identity.allow-own-keys");
    }

    static void refuseIfUnfit(Settings settings) {
        refuseSharedSecrets(settings);
        refuseHalfOfThePortals(settings);
        if (isConfigured(settings)) {
            KEY_FILE.stream().flatMap(name -> settings.find(name).stream()).forEach(IdentityProvider::refuseIfNoKey);
            refuseWithoutIssuer(settings);
            refuseWithoutAudience(settings);
        } else {
            refuseIssuerWithoutKey(settings);
        }
    }

    /** People who come back from there would be let in nowhere. */
    private static void refuseHalfOfThePortals(Settings settings) {
        if (PORTAL.stream().noneMatch(settings::has)) {
            return;
        }
        if (!settings.has(AUTHORITY) || !settings.has(CLIENT)) {
            throw new StartRefused("Half an identity provider is configured for the portal; set both"
                    + " TOKENTALLY_PORTAL_IDENTITY_PROVIDER_AUTHORITY and TOKENTALLY_PORTAL_IDENTITY_PROVIDER_CLIENT_ID,"
                    + " or nothing of it.");
        }
        if (!isConfigured(settings)) {
            throw new StartRefused("The portal has an identity provider whose access tokens are not believed; set"
                    + " MP_JWT_VERIFY_PUBLICKEY_LOCATION to the URL of its JWK Set.");
        }
        settings.find(AUTHORITY).ifPresent(IdentityProvider::refuseIfOpenToOthers);
    }

    private static void refuseIfOpenToOthers(String authority) {
        if (!SECURE.matcher(authority).matches()) {
            throw new StartRefused("TOKENTALLY_PORTAL_IDENTITY_PROVIDER_AUTHORITY is no https URL without query: %s."
                    .formatted(authority));
        }
    }

    /** A file is read here and now: later every token would be answered 500. */
    private static void refuseIfNoKey(String location) {
        if (location.startsWith("http:") || location.startsWith("https:") || location.startsWith("classpath:")) {
            return;
        }
        try {
            String content =
                    Files.readString(location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location));
            if (!content.contains("-----BEGIN ") && !content.contains("\"kty\"")) {
                throw new StartRefused(
                        "The identity provider's key %s is neither a PEM key nor a JWK Set.".formatted(location));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new StartRefused(
                    "The identity provider's key %s cannot be read (%s).".formatted(location, Reason.of(e)), e);
        }
    }

    private static void refuseSharedSecrets(Settings settings) {
        boolean symmetric = ALGORITHM.stream()
                .flatMap(name -> settings.find(name).stream())
                .flatMap(value -> Stream.of(value.split(",")))
                .anyMatch(
                        algorithm -> algorithm.strip().toUpperCase(Locale.ROOT).startsWith("HS"));
        if (symmetric || SECRET.stream().anyMatch(settings::has)) {
            throw new StartRefused("Access tokens signed with a shared secret (HS256) are not accepted, because whoever"
                    + " can verify them can make them; let the identity provider sign with RS256 or ES256.");
        }
    }

    private static void refuseWithoutIssuer(Settings settings) {
        Optional<String> issuer = settings.find(ISSUER);
        if (issuer.isEmpty()) {
            throw new StartRefused("An identity provider's key is configured and not its issuer; set"
                    + " MP_JWT_VERIFY_ISSUER to the iss of its access tokens.");
        }
        if (allowsOwnKeys(settings) && issuer.get().equals(SigningKeys.ISSUER)) {
            throw new StartRefused("MP_JWT_VERIFY_ISSUER=%s is what own-key tokens say; with".formatted(issuer.get())
                    + " TOKENTALLY_IDENTITY_ALLOW_OWN_KEYS=true the identity provider needs an issuer of its own.");
        }
    }

    private static void refuseWithoutAudience(Settings settings) {
        if (!settings.has("mp.jwt.verify.audiences") && !isTrue(settings, "tokentally.identity.any-audience")) {
            throw new StartRefused("Without an audience every access token of the identity provider is let in, also one"
                    + " made for another application; set MP_JWT_VERIFY_AUDIENCES to the aud of those made for this"
                    + " one, or TOKENTALLY_IDENTITY_ANY_AUDIENCE=true if they have none.");
        }
    }

    private static void refuseIssuerWithoutKey(Settings settings) {
        if (settings.find(ISSUER)
                .filter(issuer -> !issuer.equals(SigningKeys.ISSUER))
                .isPresent()) {
            throw new StartRefused("MP_JWT_VERIFY_ISSUER is configured and not that issuer's key; set"
                    + " MP_JWT_VERIFY_PUBLICKEY_LOCATION to the URL of its JWK Set.");
        }
    }

    private static boolean isTrue(Settings settings, String name) {
        return settings.find(name).filter("true"::equalsIgnoreCase).isPresent();
    }
}
