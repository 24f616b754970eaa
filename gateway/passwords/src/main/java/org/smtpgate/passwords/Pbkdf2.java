package org.smtpgate.passwords;

import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** PBKDF2 (RFC 8018 section 5.2) with HMAC, by the JDK, which takes a password for its UTF-8. */
final class Pbkdf2 {
    private Pbkdf2() {}

    /** @param hash {@code SHA1} or {@code SHA256} */
    static byte[] key(String hash, String password, byte[] salt, int iterations, int bytes) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, bytes * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash)
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }
}
