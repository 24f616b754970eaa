package org.smtpgate.auth;

/**
 * Makes entries of a password file, for {@code smtpgate hash-password}; found by {@link java.util.ServiceLoader}, one
 * for each scheme. Calls block for as long as the scheme is slow.
 */
public interface PasswordHasher {

    /** The name that the command line uses, lower case, such as {@code bcrypt}. */
    String scheme();

    /**
     * A hash of this password with a fresh salt, in the form that the password file holds.
     *
     * @throws IllegalArgumentException when the scheme cannot take this password; the message says why without quoting
     *     it
     */
    String hash(String password);
}
