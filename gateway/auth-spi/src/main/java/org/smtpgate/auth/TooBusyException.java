package org.smtpgate.auth;

/** More logins wait for a worker than are let wait; who comes later may find room. */
public final class TooBusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TooBusyException(String reason) {
        super("too busy: " + reason, null, false, false);
    }
}
