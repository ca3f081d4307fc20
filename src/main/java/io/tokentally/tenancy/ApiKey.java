package io.tokentally.tenancy;

import io.tokentally.shared.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code tk_<tenant>_<prefix>_<secret>}. The tenant stands in clear, so that it is bound before the key is looked up; the
 * prefix finds the row; the secret, 256 random bits, is kept as a hash only. A fast hash will do: there is nothing to guess.
 *
 * @param text the whole key; shown once, never stored or logged
 */
record ApiKey(TenantId tenant, String prefix, String text) {

    static final String MARK = "tk_";

    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int PREFIX = 10;
    private static final int SECRET = 43;

    /** A tenant id may hold the separator; what stands after it is of fixed length. */
    private static final Pattern FORM = Pattern.compile(
            MARK + "([a-z0-9][a-z0-9._-]{0,62})_([0-9A-Za-z]{" + PREFIX + "})_([0-9A-Za-z]{" + SECRET + "})");

    private static final SecureRandom RANDOM = new SecureRandom();

    static ApiKey fresh(TenantId tenant) {
        String prefix = letters(PREFIX, RANDOM);
        return new ApiKey(tenant, prefix, MARK + tenant + "_" + prefix + "_" + letters(SECRET, RANDOM));
    }

    static Optional<ApiKey> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new ApiKey(new TenantId(form.group(1)), form.group(2), text))
                : Optional.empty();
    }

    /** What people may see of it, and recognise it by. */
    String recognisable() {
        return recognisable(tenant, prefix);
    }

    static String recognisable(TenantId tenant, String prefix) {
        return MARK + tenant + "_" + prefix;
    }

    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** In constant time. */
    boolean hasHash(byte[] kept) {
        return MessageDigest.isEqual(kept, hash());
    }

    /** Not the key: a record prints what it holds. */
    @Override
    public String toString() {
        return recognisable();
    }

    private static String letters(int count, RandomGenerator random) {
        return random.ints(count, 0, LETTERS.length())
                .collect(StringBuilder::new, (text, at) -> text.append(LETTERS.charAt(at)), StringBuilder::append)
                .toString();
    }
}
