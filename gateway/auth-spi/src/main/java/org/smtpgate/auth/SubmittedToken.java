package org.smtpgate.auth;

import io.vertx.ext.auth.authentication.TokenCredentials;

/**
 * A bearer token (XOAUTH2, OAUTHBEARER).
 *
 * <p>A {@code TokenCredentials}, so that any Vert.x provider takes it; unlike that one, it never prints the token.
 */
public final class SubmittedToken extends TokenCredentials implements SubmittedCredentials {
    private final String authorizationId;
    private final String username;
    private final Origin origin;

    public SubmittedToken(String authorizationId, String username, String token, Origin origin) {
        super(token);
        this.authorizationId = authorizationId;
        this.username = username;
        this.origin = origin;
    }

    @Override
    public String authorizationId() {
        return authorizationId;
    }

    @Override
    public String username() {
        return username;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public String toString() {
        return "SubmittedToken[username=" + username + ", token=***, " + origin + "]";
    }
}
