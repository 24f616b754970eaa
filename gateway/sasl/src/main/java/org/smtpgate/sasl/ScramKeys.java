package org.smtpgate.sasl;

/**
 * What is stored of a password for SCRAM (RFC 5802 section 2.2): proofs can be checked with it, and none can be made.
 *
 * @param iterations how often the password was hashed, {@value #MIN_ITERATIONS} at least
 */
public record ScramKeys(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    /** RFC 7677 section 4, RFC 5802 section 5.1: with fewer, who has the keys or plays the server guesses the password. */
    public static final int MIN_ITERATIONS = 4096;

    /** @throws IllegalArgumentException for keys that no proof should be checked with */
    public ScramKeys {
        if (iterations < MIN_ITERATIONS) {
            throw new IllegalArgumentException(
                    "SCRAM keys of " + iterations + " iterations, where " + MIN_ITERATIONS + " is the least");
        }
        if (salt.length == 0 || storedKey.length == 0 || storedKey.length != serverKey.length) {
            throw new IllegalArgumentException("SCRAM keys without a salt, or of unequal length");
        }
    }

    @Override
    public String toString() {
        return "ScramKeys[iterations=" + iterations + ", ***]";
    }
}
