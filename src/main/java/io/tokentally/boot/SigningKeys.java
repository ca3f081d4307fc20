package io.tokentally.boot;

import io.tokentally.tenancy.identity.OwnKey;
import io.tokentally.tenancy.identity.OwnKeySet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;

/**
 * The installation's own keys: made at the first start, changed by {@code ./tokentally keys}. Replicas share the
 * folder.
 */
public final class SigningKeys {

    public static final String ISSUER = OwnKey.ISSUER;

    private final Path folder;
    private final OwnKeySet keys;

    private SigningKeys(Path folder, OwnKeySet keys) {
        this.folder = folder;
        this.keys = keys;
    }

    /** Reads the keys in this folder; makes folder and keys if it is not there. */
    public static SigningKeys in(Path folder) {
        try {
            if (!Files.exists(folder)) {
                create(folder);
            }
            OwnKeySet keys = OwnKeySet.in(folder);
            removeFilesOfOld(folder);
            return new SigningKeys(folder, keys);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartRefused(
                    "The signing keys in %s cannot be read or made (%s).".formatted(folder, Reason.of(e)), e);
        }
    }

    /** The key that signs. */
    public PublicKey publicKey() {
        return keys.signing().publicKey();
    }

    /**
     * Signs with a new key from now on.
     *
     * @param overlap how long tokens of the key that signed until now count; its private half is gone at once
     */
    public SigningKeys rotate(Duration overlap, Instant now) {
        OwnKey next = OwnKey.made();
        return change(before -> before.rotated(next, now, now.plus(overlap)));
    }

    /** Tokens of this earlier key count no longer. */
    public SigningKeys retire(String kid) {
        return change(before -> {
            if (before.signing().kid().equals(kid)) {
                throw new StartRefused("The key %s signs; rotate first, then retire it.".formatted(kid));
            }
            if (before.keys().stream().noneMatch(key -> key.kid().equals(kid))) {
                throw new StartRefused(
                        "There is no key %s in %s; ./tokentally keys list shows them.".formatted(kid, folder));
            }
            return before.without(kid);
        });
    }

    OwnKeySet keys() {
        return keys;
    }

    /**
     * A JWS in compact form (RFC 7515, 3.1), put together here: preparing the library for all algorithms it knows would
     * take longer than everything else {@code tokentally token} does.
     */
    public String mint(Grant grant, Instant issuedAt) {
        OwnKey key = keys.signing();
        try {
            String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(key.kid());
            String signed = base64(header.getBytes(StandardCharsets.UTF_8))
                    + "."
                    + base64(claims(grant, issuedAt).toJson().getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.privateKey().orElseThrow());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JwtClaims claims(Grant grant, Instant issuedAt) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        grant.tenant().ifPresent(tenant -> claims.setStringClaim("tenant", tenant.value()));
        grant.user()
                .ifPresentOrElse(
                        user -> claims.setSubject(user.value()),
                        // a token must name its bearer somehow, and no user of the tenant may bear that name
                        () -> claims.setStringClaim("upn", grant.bearer()));
        claims.setStringListClaim("groups", grant.roles());
        claims.setIssuedAt(NumericDate.fromSeconds(issuedAt.getEpochSecond()));
        claims.setExpirationTime(
                NumericDate.fromSeconds(issuedAt.plus(grant.ttl()).getEpochSecond()));
        claims.setGeneratedJwtId();
        return claims;
    }

    private static String base64(byte[] content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(content);
    }

    private static void create(Path folder) throws IOException {
        Path unfinished = PrivateFiles.newFolderBeside(folder);
        PrivateFiles.write(unfinished.resolve(OwnKeySet.FILE), new OwnKeySet(List.of(OwnKey.made())).toJson());
        PrivateFiles.renameUnlessThere(unfinished, folder);
    }

    /** One changes at a time, on whichever replica; each begins with what the one before left. */
    private SigningKeys change(UnaryOperator<OwnKeySet> change) {
        try {
            return PrivateFiles.alone(folder.resolve("lock"), () -> {
                OwnKeySet changed = change.apply(OwnKeySet.in(folder));
                PrivateFiles.write(folder.resolve(OwnKeySet.FILE), changed.toJson());
                removeFilesOfOld(folder);
                return new SigningKeys(folder, changed);
            });
        } catch (IOException | IllegalArgumentException e) {
            throw new StartRefused("The signing keys in %s cannot be changed (%s).".formatted(folder, Reason.of(e)), e);
        }
    }

    /** They end with the first rotation, also if it was cut short after its own file was there. */
    private static void removeFilesOfOld(Path folder) throws IOException {
        if (Files.exists(folder.resolve(OwnKeySet.FILE))) {
            for (String name : OwnKeySet.FILES_OF_OLD) {
                Files.deleteIfExists(folder.resolve(name));
            }
        }
    }
}
