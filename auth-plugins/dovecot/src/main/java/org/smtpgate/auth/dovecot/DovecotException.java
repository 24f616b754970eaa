package org.smtpgate.auth.dovecot;

/** Dovecot could not tell, or could not be asked. It has no stack trace: an outage makes one for each login. */
final class DovecotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DovecotException(String reason) {
        super(reason, null, false, false);
    }
}
