package org.smtpgate.passwords;

import org.apache.commons.codec.digest.Sha2Crypt;
import org.smtpgate.auth.PasswordHasher;

/** Makes {@code $6$} entries, which crypt(3) of every Linux reads. */
public final class Sha512CryptHasher implements PasswordHasher {
    private static final int ROUNDS = 100_000;
    private static final int SALT_LENGTH = 16;

    private final int rounds;

    public Sha512CryptHasher() {
        this(ROUNDS);
    }

    Sha512CryptHasher(int rounds) {
        this.rounds = rounds;
    }

    @Override
    public String scheme() {
        return "sha512-crypt";
    }

    @Override
    public String hash(String password) {
        String salt = "$6$rounds=" + rounds + "$" + Salts.cryptText(SALT_LENGTH);
        return Sha2Crypt.sha512Crypt(PasswordRules.utf8(password), salt);
    }
}
