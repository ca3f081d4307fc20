package io.tokentally.portal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The links that wait to be opened, a file for each. Replicas share the folder. A file is named by the hash of its code:
 * who reads the folder's listing cannot sign in.
 */
public record SignIns(Path folder) {

    /** How long a link waits. */
    public static final Duration LIFE = Duration.ofMinutes(15);

    private static final int CODE_BYTES = 32;
    private static final String TAKEN = ".taken";

    /** 256 random bits: not to be guessed, however many try. */
    public static String newCode() {
        var code = new byte[CODE_BYTES];
        new SecureRandom().nextBytes(code);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
    }

    public Path file(String code) {
        return folder.resolve(hash(code));
    }

    /**
     * What the code is good for; after that it is good for nothing. Of several who come at once one gets it, also on
     * another replica: a file is moved away once.
     */
    Optional<SignIn> take(String code, Instant now) throws IOException {
        Path taken = folder.resolve(hash(code) + TAKEN);
        try {
            Files.move(file(code), taken, StandardCopyOption.ATOMIC_MOVE);
            return Optional.of(read(taken)).filter(signIn -> signIn.countsAt(now));
        } catch (NoSuchFileException unknownOrEnded) {
            // a moment later it would have ended: somebody has removed it since it was moved away
            return Optional.empty();
        }
    }

    private static SignIn read(Path taken) throws IOException {
        String content = Files.readString(taken);
        Files.delete(taken);
        return SignIn.ofJson(content);
    }

    /**
     * Those that nobody opened in time, and what was left half done when a machine stopped. What cannot be read or removed,
     * such as what root left there, stays, and is in nobody's way.
     *
     * @throws IOException when the folder cannot be listed
     */
    public void removeEnded(Instant now) throws IOException {
        if (Files.isDirectory(folder)) {
            for (Path file : files()) {
                removeIfEnded(file, now);
            }
        }
    }

    private static void removeIfEnded(Path file, Instant now) {
        try {
            if (!now.isBefore(endOf(file))) {
                Files.delete(file);
            }
        } catch (IOException stays) {
            // or is gone: somebody opened or removed it just now
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static Instant endOf(Path file) throws IOException {
        try {
            return SignIn.ofJson(Files.readString(file)).until();
        } catch (IOException unfinishedOrUnreadable) {
            return Files.getLastModifiedTime(file).toInstant().plus(LIFE);
        }
    }

    private static String hash(String code) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(code.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
