package org.smtpgate.tokens;

/**
 * Nobody could tell whether a token is good. Its message is for the operator, and quotes neither a secret nor what a
 * server said: that may be an echo of one.
 */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message, null, false, false);
    }
}
