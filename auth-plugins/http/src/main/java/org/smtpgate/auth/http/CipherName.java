package org.smtpgate.auth.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cipher suites by the names that OpenSSL, and so nginx, has for them. */
final class CipherName {
    private static final Pattern REGISTERED = Pattern.compile("TLS_([A-Z_]+?)_WITH_(.+)");

    private CipherName() {}

    /** @param suite the registered name; those of TLS 1.3 are OpenSSL's too */
    static String ofOpenSsl(String suite) {
        Matcher matcher = REGISTERED.matcher(suite);
        if (!matcher.matches()) {
            return suite;
        }
        String cipher = matcher.group(2)
                .replaceFirst("^(AES|CAMELLIA|ARIA)_(\\d+)", "$1$2")
                .replaceFirst("_CBC_", "_")
                .replaceFirst("^(CHACHA20_POLY1305)_SHA256$", "$1")
                .replace('_', '-');
        String exchange = matcher.group(1).replace('_', '-');
        return exchange.equals("RSA") ? cipher : exchange + "-" + cipher;
    }
}
