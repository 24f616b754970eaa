package org.smtpgate.auth;

/**
 * What a server stores of a password for SCRAM (RFC 5802 section 2.2). Proofs can be checked with it, and none can be
 * made.
 *
 * @param iterations how often the password was hashed, 4096 at least (RFC 7677 section 4)
 */
public record ScramKeys(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    @Override
    public String toString() {
        return "ScramKeys[iterations=" + iterations + ", ***]";
    }
}
