package org.smtpgate.auth.htpasswd;

/** Reads hashes by the prefix that names their scheme. */
final class StoredHashes {
    private static final String SUPPORTED = "bcrypt ($2y$), argon2 ($argon2id$), SHA-crypt ($6$, $5$) and $apr1$";

    private StoredHashes() {}

    static StoredHash read(String text) throws UnusableHashException {
        if (text.startsWith("$2")) {
            return BcryptHash.read(text);
        }
        if (text.startsWith("$argon2")) {
            return Argon2Hash.read(text);
        }
        if (text.startsWith("$5$") || text.startsWith("$6$")) {
            return ShaCryptHash.read(text);
        }
        if (text.startsWith("$apr1$")) {
            return Apr1Hash.read(text);
        }
        if (text.startsWith("{SHA}")) {
            throw new UnusableHashException(
                    "{SHA} is unsalted SHA-1, which is not supported; supported are " + SUPPORTED);
        }
        throw new UnusableHashException("plain text or an unknown scheme; supported are " + SUPPORTED);
    }
}
