package org.smtpgate.auth.dovecot;

/** The server said what no auth server says; nothing more on that connection is believed. */
final class BrokenProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenProtocolException(String reason) {
        super(reason, null, false, false);
    }
}
