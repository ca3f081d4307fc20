package io.tokentally.tenancy.identity;

import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.KeyLocationResolver;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import org.jose4j.http.Get;
import org.jose4j.http.SimpleResponse;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * The keys that an identity provider publishes at a URL. How often they are asked for is said by {@code
 * smallrye.jwt.jwks.*}; here is what SmallRye leaves open: a provider that is away, slow, or answers with something
 * else, at our start or later, costs callers little and is asked again.
 */
final class ProviderKeys extends KeyLocationResolver {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 3_000;

    private final Clock clock;

    ProviderKeys(JWTAuthContextInfo settings, Clock clock) throws UnresolvableKeyException {
        this.clock = clock; // what follows already asks for it
        super(settings);
    }

    /** SmallRye would fetch now, and take an answer that is no JWK Set for a key that never changes. */
    @Override
    protected boolean isHttpsJwksInitialized(String location) throws IOException {
        httpsJwks = initializeHttpsJwks(location);
        return true;
    }

    @Override
    protected HttpsJwks getHttpsJwks(String location) {
        HttpsJwks jwks = new ProviderJwks(location, clock);
        jwks.setDefaultCacheDuration(authContextInfo.getJwksRefreshInterval() * 60L);
        return jwks;
    }

    @Override
    protected Get getHttpGet() {
        Get get = new WithoutCacheHeaders();
        get.setConnectTimeout(CONNECT_MILLIS);
        get.setReadTimeout(READ_MILLIS);
        get.setRetries(0); // requests wait meanwhile
        return get;
    }

    /** Our refresh interval decides: a key taken back shall not count for the week a cache header may allow. */
    private static final class WithoutCacheHeaders extends Get {

        @Override
        public SimpleResponse get(String location) throws IOException {
            return new BodyOnly(super.get(location));
        }
    }

    private record BodyOnly(SimpleResponse whole) implements SimpleResponse {

        @Override
        public int getStatusCode() {
            return whole.getStatusCode();
        }

        @Override
        public String getStatusMessage() {
            return whole.getStatusMessage();
        }

        @Override
        public Collection<String> getHeaderNames() {
            return List.of();
        }

        @Override
        public List<String> getHeaderValues(String name) {
            return List.of();
        }

        @Override
        public String getBody() {
            return whole.getBody();
        }
    }
}
