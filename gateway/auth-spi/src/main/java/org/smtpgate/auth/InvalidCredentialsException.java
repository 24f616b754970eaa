package org.smtpgate.auth;

/**
 * The credentials are wrong. There is one message for all causes, so that nobody learns which users exist, and no stack
 * trace, since wrong passwords are ordinary. A backend that has words of its own for the client throws
 * {@link RefusedLoginException}.
 */
public sealed class InvalidCredentialsException extends RuntimeException permits RefusedLoginException {
    private static final long serialVersionUID = 1L;

    public InvalidCredentialsException() {
        super("invalid credentials", null, false, false);
    }
}
