package org.smtpgate.auth;

import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;

/**
 * A password as a mail client submitted it, with where it came from.
 *
 * <p>A {@code UsernamePasswordCredentials}, so that any Vert.x provider takes it; unlike that one, it never prints the
 * password.
 */
public final class SubmittedPassword extends UsernamePasswordCredentials {
    private final String authorizationId;
    private final Origin origin;

    public SubmittedPassword(String authorizationId, String username, String password, Origin origin) {
        super(username, password);
        this.authorizationId = authorizationId;
        this.origin = origin;
    }

    /** The identity to act as; empty when it is the user's own. */
    public String authorizationId() {
        return authorizationId;
    }

    public Origin origin() {
        return origin;
    }

    @Override
    public String toString() {
        return "SubmittedPassword[username=" + getUsername() + ", password=***, " + origin + "]";
    }
}
