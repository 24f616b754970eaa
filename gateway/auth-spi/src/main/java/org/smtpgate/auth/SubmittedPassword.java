package org.smtpgate.auth;

import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;

/**
 * A password (PLAIN, LOGIN).
 *
 * <p>A {@code UsernamePasswordCredentials}, so that any Vert.x provider takes it; unlike that one, it never prints the
 * password.
 */
public final class SubmittedPassword extends UsernamePasswordCredentials implements SubmittedCredentials {
    private final String authorizationId;
    private final Origin origin;

    public SubmittedPassword(String authorizationId, String username, String password, Origin origin) {
        super(username, password);
        this.authorizationId = authorizationId;
        this.origin = origin;
    }

    @Override
    public String authorizationId() {
        return authorizationId;
    }

    @Override
    public String username() {
        return getUsername();
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public String toString() {
        return "SubmittedPassword[username=" + getUsername() + ", password=***, " + origin + "]";
    }
}
