package org.smtpgate.passwords;

import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.smtpgate.auth.PasswordHasher;

/** Makes {@code $2y$} entries: slow to guess, and read by every program that knows htpasswd files. */
public final class BcryptHasher implements PasswordHasher {
    private static final int COST = 10;
    private static final int SALT_BYTES = 16;

    private final int cost;

    public BcryptHasher() {
        this(COST);
    }

    /** @param cost from 4 to 31; each step doubles the time, and StoredHashes reads those up to 16 */
    public BcryptHasher(int cost) {
        this.cost = cost;
    }

    @Override
    public String scheme() {
        return "bcrypt";
    }

    @Override
    public String hash(String password) {
        byte[] bytes = PasswordRules.utf8(password);
        if (bytes.length > BcryptHash.MAX_PASSWORD_BYTES) {
            throw new IllegalArgumentException("bcrypt takes at most " + BcryptHash.MAX_PASSWORD_BYTES
                    + " bytes, and this password has " + bytes.length + "; use argon2");
        }
        return OpenBSDBCrypt.generate("2y", bytes, Salts.bytes(SALT_BYTES), cost);
    }
}
