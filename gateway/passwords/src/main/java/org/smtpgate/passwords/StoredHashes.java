package org.smtpgate.passwords;

/** Reads stored passwords by the prefix that names their scheme. */
public final class StoredHashes {
    private static final String SCRAM = "SCRAM-SHA-";

    private StoredHashes() {}

    /**
     * What a text stores: one of crypt(3) or a PHC string by its {@code $…$}, one with Dovecot's {@code {SCHEME}}, or SCRAM
     * keys as RFC 5803 and PostgreSQL write them, {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}.
     *
     * @throws UnusableHashException for anything else, plain text included
     */
    public static StoredHash read(String text) throws UnusableHashException {
        if (text.startsWith("{")) {
            return DovecotScheme.read(text);
        }
        return text.startsWith(SCRAM) ? ScramHash.readRfc5803(text) : crypt(text);
    }

    /**
     * What a text stores that has no prefix where its scheme is the default one.
     *
     * @param scheme as in {@code {SCHEME}}, without the braces
     */
    public static StoredHash read(String text, String scheme) throws UnusableHashException {
        boolean named = text.startsWith("{") || text.startsWith("$") || text.startsWith(SCRAM);
        return named ? read(text) : DovecotScheme.read("{" + scheme + "}" + text);
    }

    /** Whether {@code {SCHEME}} is a prefix that is read, with an encoding or without. */
    public static boolean isScheme(String scheme) {
        return DovecotScheme.knows(scheme);
    }

    /** By the prefix that crypt(3) knows a scheme by. */
    static StoredHash crypt(String text) throws UnusableHashException {
        if (text.startsWith("$2")) {
            return BcryptHash.read(text);
        }
        if (text.startsWith("$argon2")) {
            return Argon2Hash.read(text);
        }
        if (text.startsWith("$5$") || text.startsWith("$6$")) {
            return ShaCryptHash.read(text);
        }
        if (text.startsWith("$apr1$") || text.startsWith("$1$")) {
            return Md5CryptHash.read(text);
        }
        throw new UnusableHashException(
                "plain text or an unknown scheme; supported are bcrypt ($2y$), argon2 ($argon2id$), SHA-crypt ($6$, $5$),"
                        + " MD5-crypt ($apr1$, $1$), and with their prefix others such as {SSHA512}");
    }
}
