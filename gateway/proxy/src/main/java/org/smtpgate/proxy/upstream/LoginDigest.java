package org.smtpgate.proxy.upstream;

import org.smtpgate.sasl.Credentials;
import org.smtpgate.sasl.KeyedDigest;

/** Tells logins with equal secrets from others without keeping a secret. Safe for any thread. */
final class LoginDigest {
    private LoginDigest() {}

    static String of(Credentials.Password credentials) {
        return of(credentials, "password", credentials.password());
    }

    static String of(Credentials.Token credentials) {
        return of(credentials, "token", credentials.token());
    }

    private static String of(Credentials credentials, String kind, String secret) {
        return KeyedDigest.of(credentials.authorizationId(), credentials.username(), kind, secret);
    }
}
