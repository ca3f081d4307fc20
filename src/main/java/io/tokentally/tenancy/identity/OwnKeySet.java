package io.tokentally.tenancy.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.lang.JoseException;

/**
 * The keys with which this installation signs access tokens: one that signs, and earlier ones that count for a while
 * longer. All stand in one file, a JWK Set, so that a change of them is there or is not. An installation that never
 * rotated may still have the two files of one pair instead.
 */
public record OwnKeySet(List<OwnKey> keys) {

    public static final String FILE = "signing-keys.json";
    public static final List<String> FILES_OF_OLD = List.of("private-key.pem", "public-key.pem");

    public OwnKeySet {
        keys = List.copyOf(keys);
        if (keys.stream().filter(key -> key.privateKey().isPresent()).count() != 1) {
            throw new IllegalArgumentException("exactly one key must sign");
        }
    }

    /** @throws NoSuchFileException if there are none */
    public static OwnKeySet in(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            return Files.exists(file) ? ofJson(Files.readString(file)) : ofPems(folder);
        } catch (NoSuchFileException e) {
            // the first rotation takes the old files away after the new one is there: in between we looked
            return ofJson(readOrThrow(file, e));
        }
    }

    private static String readOrThrow(Path file, NoSuchFileException missing) throws IOException {
        if (!Files.exists(file)) {
            throw missing;
        }
        return Files.readString(file);
    }

    private static OwnKeySet ofJson(String json) throws IOException {
        try {
            return new OwnKeySet(new JsonWebKeySet(json)
                    .getJsonWebKeys().stream()
                            .map(RsaJsonWebKey.class::cast)
                            .map(OwnKey::of)
                            .toList());
        } catch (JoseException | ClassCastException e) {
            throw new IOException(FILE + " is no set of our keys", e);
        }
    }

    private static OwnKeySet ofPems(Path folder) throws IOException {
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new OwnKeySet(List.of(OwnKey.signing(
                    factory.generatePublic(new X509EncodedKeySpec(pem(folder, FILES_OF_OLD.get(1)))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(pem(folder, FILES_OF_OLD.get(0)))))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static byte[] pem(Path folder, String name) throws IOException {
        return Base64.getMimeDecoder()
                .decode(Files.readString(folder.resolve(name)).replaceAll("-----[A-Z ]+-----", ""));
    }

    public OwnKey signing() {
        return keys.stream()
                .filter(key -> key.privateKey().isPresent())
                .findFirst()
                .orElseThrow();
    }

    public List<OwnKey> countingAt(Instant now) {
        return only(key -> key.countsAt(now));
    }

    /** With {@code next} to sign; the one that did counts until {@code end}, and keys whose end has come are left out. */
    public OwnKeySet rotated(OwnKey next, Instant now, Instant end) {
        OwnKey before = signing();
        Stream<OwnKey> earlier = countingAt(now).stream().map(key -> key.equals(before) ? key.endingAt(end) : key);
        return new OwnKeySet(Stream.concat(Stream.of(next), earlier).toList());
    }

    public OwnKeySet without(String kid) {
        return new OwnKeySet(only(key -> !key.kid().equals(kid)));
    }

    public String toJson() {
        return json(keys, OutputControlLevel.INCLUDE_PRIVATE);
    }

    /** For others that verify our access tokens. */
    public String toPublicJson(Instant now) {
        return json(countingAt(now), OutputControlLevel.PUBLIC_ONLY);
    }

    private static String json(List<OwnKey> keys, OutputControlLevel level) {
        return new JsonWebKeySet(keys.stream().map(OwnKey::jwk).toList()).toJson(level) + "\n";
    }

    private List<OwnKey> only(Predicate<OwnKey> wanted) {
        return keys.stream().filter(wanted).toList();
    }
}
