package org.smtpgate.passwords;

/** Why a stored text cannot serve as a hash; the message does not quote it. */
public final class UnusableHashException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableHashException(String message) {
        super(message);
    }
}
