package org.smtpgate.auth;

/**
 * The credentials are wrong. There is one message for all causes, so that nobody learns which users exist, and no stack
 * trace, since wrong passwords are ordinary.
 */
public final class InvalidCredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidCredentialsException() {
        super("invalid credentials", null, false, false);
    }
}
