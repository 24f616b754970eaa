package org.smtpgate.sasl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys for users that there are not, so that nobody learns who there is (RFC 5802 section 9): the same user has the same
 * salt each time, and no proof fits. Safe for any thread.
 */
public final class ScramDecoys {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SALT_OCTETS = 16;

    private final SecretKeySpec secret;

    /** @param secret without it decoys cannot be told from what is real; another one makes other salts */
    public ScramDecoys(byte[] secret) {
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    /**
     * @param hash {@code SHA-1} or {@code SHA-256}
     * @param iterations as many as the keys of most real users have
     */
    public ScramKeys keys(String hash, String username, int iterations) {
        int length = hash.equals("SHA-1") ? 20 : 32;
        return new ScramKeys(
                octets("salt", hash, username, SALT_OCTETS),
                iterations,
                octets("stored key", hash, username, length),
                octets("server key", hash, username, length));
    }

    private byte[] octets(String what, String hash, String username, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            byte[] octets = mac.doFinal((what + '\0' + hash + '\0' + username).getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(octets, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
