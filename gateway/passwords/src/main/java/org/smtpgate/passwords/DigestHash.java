package org.smtpgate.passwords;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One pass of SHA-1 or SHA-2 over the password and, with an S in front, a salt that follows the digest: what LDAP servers
 * (RFC 2307) and old databases hold. Guessed at the speed of the hash.
 */
final class DigestHash implements StoredHash {
    private static final Map<String, String> ALGORITHMS = Map.of(
            "SHA", "SHA-1",
            "SHA1", "SHA-1",
            "SHA256", "SHA-256",
            "SHA512", "SHA-512",
            "SSHA", "SHA-1",
            "SSHA256", "SHA-256",
            "SSHA512", "SHA-512");
    private static final String SALTED = "SSHA";
    private static final int MAX_SALT_BYTES = 64;

    private final String scheme;
    private final byte[] digest;
    private final byte[] salt;

    private DigestHash(String scheme, byte[] digest, byte[] salt) {
        this.scheme = scheme;
        this.digest = digest;
        this.salt = salt;
    }

    static Set<String> schemes() {
        return ALGORITHMS.keySet();
    }

    /** How long the hash of this scheme is; 0 where a salt follows it. */
    static int unsaltedBytes(String scheme) {
        return scheme.startsWith(SALTED) ? 0 : algorithm(scheme).getDigestLength();
    }

    /** @param stored the digest, and the salt if there is one */
    static StoredHash read(String scheme, byte[] stored) throws UnusableHashException {
        int length = algorithm(scheme).getDigestLength();
        int saltLength = stored.length - length;
        boolean fits = scheme.startsWith(SALTED) ? saltLength > 0 && saltLength <= MAX_SALT_BYTES : saltLength == 0;
        if (!fits) {
            throw new UnusableHashException("broken {" + scheme + "} hash: its length is wrong");
        }
        return new DigestHash(scheme, Arrays.copyOf(stored, length), Arrays.copyOfRange(stored, length, stored.length));
    }

    @Override
    public String kind() {
        return scheme.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean matches(byte[] password) {
        MessageDigest algorithm = algorithm(scheme);
        algorithm.update(password);
        algorithm.update(salt);
        return MessageDigest.isEqual(algorithm.digest(), digest);
    }

    @Override
    public boolean quick() {
        return true;
    }

    private static MessageDigest algorithm(String scheme) {
        try {
            return MessageDigest.getInstance(ALGORITHMS.get(scheme));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1 and SHA-2", e);
        }
    }
}
