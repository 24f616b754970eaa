package org.smtpgate.auth.htpasswd;

/** More logins wait for their hash than is sensible. Says nothing about any password. */
final class TooBusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooBusyException(String reason) {
        super("too busy: " + reason, null, false, false);
    }
}
