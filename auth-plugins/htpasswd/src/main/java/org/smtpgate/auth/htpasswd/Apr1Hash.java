package org.smtpgate.auth.htpasswd;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Md5Crypt;

/** {@code $apr1$}: Apache's own, a thousand rounds of MD5. Weak, but what many files hold. */
final class Apr1Hash implements StoredHash {
    private static final Pattern FORMAT = Pattern.compile("\\$apr1\\$[./A-Za-z0-9]{1,8}\\$[./A-Za-z0-9]{22}");

    private final String text;

    private Apr1Hash(String text) {
        this.text = text;
    }

    static StoredHash read(String text) throws UnusableHashException {
        if (!FORMAT.matcher(text).matches()) {
            throw new UnusableHashException("broken apr1 hash");
        }
        return new Apr1Hash(text);
    }

    @Override
    public String kind() {
        return "apr1";
    }

    @Override
    public boolean matches(byte[] password) {
        // The stored text stands in for the salt: the function reads only that much of it.
        String actual = Md5Crypt.apr1Crypt(password, text);
        return MessageDigest.isEqual(
                actual.getBytes(StandardCharsets.US_ASCII), text.getBytes(StandardCharsets.US_ASCII));
    }
}
