package org.smtpgate.auth.saslauthd;

/** The daemon could not tell; the message says what was in the way. Ordinary in an outage, so without a stack trace. */
final class SaslauthdException extends Exception {
    private static final long serialVersionUID = 1L;

    SaslauthdException(String message) {
        super(message, null, false, false);
    }
}
