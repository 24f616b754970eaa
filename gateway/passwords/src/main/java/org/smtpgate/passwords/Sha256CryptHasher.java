package org.smtpgate.passwords;

import org.apache.commons.codec.digest.Sha2Crypt;
import org.smtpgate.auth.PasswordHasher;

/** Makes {@code $5$} entries, which crypt(3) of every Linux reads. */
public final class Sha256CryptHasher implements PasswordHasher {
    private static final int ROUNDS = 100_000;
    private static final int SALT_LENGTH = 16;

    private final int rounds;

    public Sha256CryptHasher() {
        this(ROUNDS);
    }

    Sha256CryptHasher(int rounds) {
        this.rounds = rounds;
    }

    @Override
    public String scheme() {
        return "sha256-crypt";
    }

    @Override
    public String hash(String password) {
        String salt = "$5$rounds=" + rounds + "$" + Salts.cryptText(SALT_LENGTH);
        return Sha2Crypt.sha256Crypt(PasswordRules.utf8(password), salt);
    }
}
