package io.tokentally.tenancy.identity;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import io.tokentally.tenancy.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Verifies access tokens as the service does that was started with these settings. */
record Verifier(VerifiedTokens tokens, JWTAuthContextInfo rules) {

    /** @param environment variables, on top of application.properties */
    static Verifier with(Map<String, String> environment, Clock clock) {
        SmallRyeConfig config = config(environment);
        return new Verifier(new VerifiedTokens(config.getConfigMapping(IdentitySettings.class), clock), rules(config));
    }

    static Verifier with(Map<String, String> environment) {
        return with(environment, Clock.systemUTC());
    }

    static IdentitySettings settings(Map<String, String> environment) {
        return config(environment).getConfigMapping(IdentitySettings.class);
    }

    Principal verify(String token) throws ParseException {
        return ((VerifiedToken) tokens.parse(token, rules)).principal();
    }

    private static SmallRyeConfig config(Map<String, String> environment) {
        try {
            return new SmallRyeConfigBuilder()
                    .withMapping(IdentitySettings.class)
                    .withSources(new EnvConfigSource(new HashMap<>(environment), 300))
                    .withSources(new PropertiesConfigSource(
                            Verifier.class.getClassLoader().getResource("application.properties"), 100))
                    .addDefaultInterceptors()
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As SmallRye's own producer, which needs a container. */
    private static JWTAuthContextInfo rules(SmallRyeConfig config) {
        var rules = new JWTAuthContextInfo();
        config.getOptionalValue("mp.jwt.verify.publickey.location", String.class)
                .ifPresent(rules::setPublicKeyLocation);
        rules.setIssuedBy(config.getValue("mp.jwt.verify.issuer", String.class));
        config.getOptionalValues("mp.jwt.verify.audiences", String.class)
                .ifPresent(audiences -> rules.setExpectedAudience(Set.copyOf(audiences)));
        rules.setSignatureAlgorithm(
                Set.copyOf(config.getValues("mp.jwt.verify.publickey.algorithm", SignatureAlgorithm.class)));
        rules.setClockSkew(config.getValue("mp.jwt.verify.clock.skew", Integer.class));
        rules.setGroupsPath(config.getValue("smallrye.jwt.path.groups", String.class));
        rules.setRequireNamedPrincipal(config.getValue("smallrye.jwt.require.named-principal", Boolean.class));
        rules.setJwksRefreshInterval(config.getValue("smallrye.jwt.jwks.refresh-interval", Integer.class));
        rules.setForcedJwksRefreshInterval(config.getValue("smallrye.jwt.jwks.forced-refresh-interval", Integer.class));
        rules.setJwksRetainCacheOnErrorDuration(
                config.getValue("smallrye.jwt.jwks.retain-cache-on-error-duration", Integer.class));
        return rules;
    }
}
