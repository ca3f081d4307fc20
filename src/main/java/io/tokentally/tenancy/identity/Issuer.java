package io.tokentally.tenancy.identity;

import io.smallrye.jwt.KeyFormat;
import io.smallrye.jwt.KeyProvider;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import io.tokentally.tenancy.Principal;
import java.time.Clock;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/** One whose access tokens are believed: by what rules they are verified, and how they are read. */
final class Issuer {

    /** What our own tokens say in {@code iss}. */
    static final String OURSELVES = OwnKey.ISSUER;

    private final DefaultJWTTokenParser parser;
    private final UnaryOperator<JWTAuthContextInfo> rules;
    private final ClaimReader reader;

    private Issuer(DefaultJWTTokenParser parser, UnaryOperator<JWTAuthContextInfo> rules, ClaimReader reader) {
        this.parser = parser;
        this.rules = rules;
        this.reader = reader;
    }

    /** This installation. The settings of {@code mp.jwt.*} are about somebody else, but for the clock. */
    static Issuer ourselves(OwnKeysOnDisk keys) {
        return new Issuer(
                new DefaultJWTTokenParser() {
                    @Override
                    protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo rules) {
                        return keys;
                    }
                },
                Issuer::ourRules,
                ClaimReader.ofOurOwn());
    }

    private static JWTAuthContextInfo ourRules(JWTAuthContextInfo configured) {
        var rules = new JWTAuthContextInfo();
        rules.setIssuedBy(OURSELVES);
        rules.setSignatureAlgorithm(Set.of(SignatureAlgorithm.RS256));
        rules.setClockSkew(configured.getClockSkew());
        rules.setGroupsPath("groups");
        rules.setRequireNamedPrincipal(false);
        return rules;
    }

    /** The one of {@code mp.jwt.*}. */
    static Issuer configured(ClaimReader reader, Clock clock) {
        return new Issuer(new ProviderTokenParser(clock), UnaryOperator.identity(), reader);
    }

    VerifiedToken verify(String token, JWTAuthContextInfo configured) throws ParseException {
        JWTAuthContextInfo applied = rules.apply(configured);
        refuseSharedSecrets(applied);
        JwtContext verified = parser.parse(token, applied);
        JwtClaims claims = verified.getJwtClaims();
        Principal principal = reader.read(claims);
        return new VerifiedToken(verified.getJoseObjects().getFirst().getHeader("typ"), claims, principal);
    }

    /** Who can verify by a shared secret can also sign; and a public key must never be taken for a secret. */
    private static void refuseSharedSecrets(JWTAuthContextInfo rules) throws ParseException {
        for (SignatureAlgorithm algorithm : rules.getSignatureAlgorithm()) {
            if (algorithm.getAlgorithm().startsWith("HS")) {
                throw new ParseException(algorithm + " is a shared secret's");
            }
        }
    }

    private static final class ProviderTokenParser extends DefaultJWTTokenParser {

        private static final Set<KeyFormat> JWKS = Set.of(KeyFormat.ANY, KeyFormat.JWK);

        private final Clock clock;
        private ProviderKeys keys;

        ProviderTokenParser(Clock clock) {
            this.clock = clock;
        }

        @Override
        protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo rules)
                throws UnresolvableKeyException {
            return isJwkSetAtUrl(rules) ? providerKeys(rules) : super.getVerificationKeyResolver(rules);
        }

        private static boolean isJwkSetAtUrl(JWTAuthContextInfo rules) {
            return rules.getPublicKeyLocation() != null
                    && rules.getPublicKeyLocation().startsWith("http")
                    && JWKS.contains(rules.getKeyFormat())
                    && rules.getKeyProvider() == KeyProvider.DEFAULT
                    && !rules.isVerifyCertificateThumbprint();
        }

        private synchronized ProviderKeys providerKeys(JWTAuthContextInfo rules) throws UnresolvableKeyException {
            if (keys == null) {
                keys = new ProviderKeys(rules, clock);
            }
            return keys;
        }
    }
}
