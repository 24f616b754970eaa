package org.smtpgate.auth.htpasswd;

/** Why a line of the file cannot be used; the message does not quote it. */
final class UnusableLineException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableLineException(String message) {
        super(message);
    }
}
