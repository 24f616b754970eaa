package org.smtpgate.auth;

/**
 * About this one login the backend cannot tell, and of others it can: its record is broken, there are several, or the
 * server behind makes nothing of such a name. Whoever knows of one, or makes one up, is not to have the backend taken for
 * broken. The message quotes no secret.
 */
public final class UndecidableLoginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UndecidableLoginException(String reason) {
        super(reason, null, false, false);
    }
}
