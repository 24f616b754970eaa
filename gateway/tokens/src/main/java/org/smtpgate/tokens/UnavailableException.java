package org.smtpgate.tokens;

/**
 * Nobody could tell whether a token is good. Its message is for the operator, and quotes no secret: nor what a server said,
 * where that may be an echo of one.
 */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message, null, false, false);
    }
}
