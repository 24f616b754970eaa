package org.smtpgate.passwords;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Which texts can be passwords at all, whatever the scheme. */
public final class PasswordRules {
    /** SHA-crypt's time grows with the square of the length; without a limit one client could keep a core busy. */
    static final int MAX_BYTES = 1024;

    private PasswordRules() {}

    /** Why this cannot be a password; never quotes it. */
    public static Optional<String> objection(String password) {
        if (password.isEmpty()) {
            return Optional.of("the password is empty");
        }
        if (password.length() > MAX_BYTES || password.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.of("the password is longer than " + MAX_BYTES + " bytes");
        }
        // Java would write half a surrogate pair as a question mark, and take it for one.
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(password)) {
            return Optional.of("the password is not valid Unicode");
        }
        // To bcrypt, which repeats its key with NUL between, "x" and "x NUL x" are the same.
        return password.indexOf('\0') < 0 ? Optional.empty() : Optional.of("the password holds NUL");
    }

    /** What a new hash is made of. */
    static byte[] utf8(String password) {
        objection(password).ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
        });
        return password.getBytes(StandardCharsets.UTF_8);
    }
}
