package io.tokentally.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;

/** The installation's own key pair (RSA 2048, RS256), made at the first start. Replicas share the folder. */
public final class SigningKeys {

    public static final String ISSUER = "tokentally";

    private static final String PRIVATE = "private-key.pem";
    private static final String PUBLIC = "public-key.pem";

    private final Path folder;
    private final KeyPair pair;

    private SigningKeys(Path folder, KeyPair pair) {
        this.folder = folder;
        this.pair = pair;
    }

    /** Reads the keys in this folder; makes folder and keys if it is not there. */
    public static SigningKeys in(Path folder) {
        try {
            if (!Files.exists(folder)) {
                create(folder);
            }
            return new SigningKeys(folder, read(folder));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new StartRefused(
                    "The signing keys in %s cannot be read or made (%s).".formatted(folder, Reason.of(e)), e);
        }
    }

    public Path publicKeyFile() {
        return folder.resolve(PUBLIC);
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /**
     * A JWS in compact form (RFC 7515, 3.1), put together here: preparing the library for all algorithms it knows would
     * take longer than everything else {@code tokentally token} does.
     */
    public String mint(Grant grant, Instant issuedAt) {
        try {
            String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(keyId());
            String signed = base64(header.getBytes(StandardCharsets.UTF_8))
                    + "."
                    + base64(claims(grant, issuedAt).toJson().getBytes(StandardCharsets.UTF_8));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
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

    private String keyId() throws GeneralSecurityException {
        return base64(MessageDigest.getInstance("SHA-256").digest(publicKey().getEncoded()));
    }

    private static String base64(byte[] content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(content);
    }

    private static void create(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Path unfinished = PrivateFiles.newFolderBeside(folder);
        PrivateFiles.write(
                unfinished.resolve(PRIVATE),
                pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        PrivateFiles.write(
                unfinished.resolve(PUBLIC), pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        PrivateFiles.renameUnlessThere(unfinished, folder);
    }

    private static KeyPair read(Path folder) throws IOException, GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("RSA");
        PrivateKey privateKey = factory.generatePrivate(new PKCS8EncodedKeySpec(content(folder.resolve(PRIVATE))));
        PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(content(folder.resolve(PUBLIC))));
        return new KeyPair(publicKey, privateKey);
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content), type);
    }

    private static byte[] content(Path pem) throws IOException {
        return Base64.getMimeDecoder().decode(Files.readString(pem).replaceAll("-----[A-Z ]+-----", ""));
    }
}
