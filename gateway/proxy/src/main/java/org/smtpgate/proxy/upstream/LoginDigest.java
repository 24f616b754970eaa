package org.smtpgate.proxy.upstream;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.smtpgate.sasl.Credentials;

/**
 * Tells logins with equal secrets from others without keeping a secret: HMAC-SHA256 with a key that is this process's
 * own, so that a digest is of no use to whoever reads it in memory or anywhere else. Safe for any thread.
 */
final class LoginDigest {
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecretKeySpec KEY = key();

    private LoginDigest() {}

    private static SecretKeySpec key() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return new SecretKeySpec(random, ALGORITHM);
    }

    static String of(Credentials.Password credentials) {
        return of(credentials, 'p', credentials.password());
    }

    static String of(Credentials.Token credentials) {
        return of(credentials, 't', credentials.token());
    }

    private static String of(Credentials credentials, char kind, String secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            // None has a NUL: the mechanisms do not take one.
            String all = credentials.authorizationId() + '\0' + credentials.username() + '\0' + kind + secret;
            return HexFormat.of().formatHex(mac.doFinal(all.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
