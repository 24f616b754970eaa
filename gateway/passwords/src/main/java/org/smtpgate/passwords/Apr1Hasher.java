package org.smtpgate.passwords;

import org.apache.commons.codec.digest.Md5Crypt;
import org.smtpgate.auth.PasswordHasher;

/** Makes {@code $apr1$} entries, for programs that read nothing better. */
public final class Apr1Hasher implements PasswordHasher {
    private static final int SALT_LENGTH = 8;

    @Override
    public String scheme() {
        return "apr1";
    }

    @Override
    public String hash(String password) {
        return Md5Crypt.apr1Crypt(PasswordRules.utf8(password), "$apr1$" + Salts.cryptText(SALT_LENGTH));
    }
}
