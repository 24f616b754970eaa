package org.smtpgate.passwords;

import java.security.SecureRandom;

/** Fresh random salts. */
final class Salts {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String CRYPT_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Salts() {}

    static byte[] bytes(int count) {
        byte[] salt = new byte[count];
        RANDOM.nextBytes(salt);
        return salt;
    }

    /** A salt as crypt(3) writes it. */
    static String cryptText(int length) {
        return RANDOM.ints(length, 0, CRYPT_ALPHABET.length())
                .collect(
                        StringBuilder::new,
                        (text, index) -> text.append(CRYPT_ALPHABET.charAt(index)),
                        StringBuilder::append)
                .toString();
    }
}
