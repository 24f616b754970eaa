package org.smtpgate.auth.htpasswd;

/** Why a text of a file cannot serve as a hash; the message does not quote it. */
final class UnusableHashException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableHashException(String message) {
        super(message);
    }
}
