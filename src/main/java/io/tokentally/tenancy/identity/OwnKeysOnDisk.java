package io.tokentally.tenancy.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * The keys in the folder, followed as {@code ./tokentally keys} changes them there, on this machine or on another that
 * shares the folder.
 */
final class OwnKeysOnDisk implements VerificationKeyResolver {

    private static final Logger LOG = Logger.getLogger(OwnKeysOnDisk.class);

    private static final Duration BELIEVED = Duration.ofSeconds(5);

    /** For a key we have not seen. Whoever makes names up can cause one reading of a small file a second. */
    private static final Duration BELIEVED_IF_UNKNOWN = Duration.ofSeconds(1);

    private record Reading(List<OwnKey> keys, Instant at) {

        boolean isOlderThan(Duration age, Instant now) {
            return Duration.between(at, now).abs().compareTo(age) >= 0; // clocks are also set back
        }

        boolean knows(String kid) {
            return kid == null || keys.stream().anyMatch(key -> key.kid().equals(kid));
        }
    }

    private final Path folder;
    private final Clock clock;
    private Reading last = new Reading(List.of(), Instant.EPOCH);

    OwnKeysOnDisk(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** By the token's {@code kid}; without one, each key is tried. */
    @Override
    public Key resolveKey(JsonWebSignature token, List<JsonWebStructure> nesting) throws UnresolvableKeyException {
        var resolver = new JwksVerificationKeyResolver(keysFor(token.getKeyIdHeaderValue()));
        resolver.setDisambiguateWithVerifySignature(true);
        return resolver.resolveKey(token, nesting);
    }

    private List<JsonWebKey> keysFor(String kid) {
        Instant now = clock.instant();
        return reading(kid, now).keys.stream()
                .filter(key -> key.countsAt(now))
                .<JsonWebKey>map(OwnKey::publicJwk)
                .toList();
    }

    private synchronized Reading reading(String kid, Instant now) {
        if (last.isOlderThan(last.knows(kid) ? BELIEVED : BELIEVED_IF_UNKNOWN, now)) {
            last = read(now);
        }
        return last;
    }

    /** What cannot be read now is what it was. */
    private Reading read(Instant now) {
        try {
            return new Reading(OwnKeySet.in(folder).keys(), now);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warnf("The signing keys in %s cannot be read (%s); those known go on to count", folder, e.getMessage());
            return new Reading(last.keys, now);
        }
    }
}
