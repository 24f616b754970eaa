package org.smtpgate.passwords;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Md5Crypt;

/** {@code $apr1$} of Apache and {@code $1$} of crypt(3): a thousand rounds of MD5. Weak, but what many files hold. */
final class Md5CryptHash implements StoredHash {
    private static final Pattern FORMAT = Pattern.compile("\\$(?:apr1|1)\\$[./A-Za-z0-9]{1,8}\\$[./A-Za-z0-9]{22}");
    private static final String APACHES = "$apr1$";

    private final String text;
    private final boolean apaches;

    private Md5CryptHash(String text) {
        this.text = text;
        this.apaches = text.startsWith(APACHES);
    }

    static StoredHash read(String text) throws UnusableHashException {
        if (!FORMAT.matcher(text).matches()) {
            throw new UnusableHashException(
                    text.startsWith(APACHES) ? "broken apr1 hash" : "broken MD5-crypt hash ($1$)");
        }
        return new Md5CryptHash(text);
    }

    @Override
    public String kind() {
        return apaches ? "apr1" : "md5-crypt";
    }

    @Override
    public boolean matches(byte[] password) {
        // The stored text stands in for the salt: the functions read only that much of it.
        String actual = apaches ? Md5Crypt.apr1Crypt(password, text) : Md5Crypt.md5Crypt(password, text);
        return MessageDigest.isEqual(
                actual.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII));
    }
}
