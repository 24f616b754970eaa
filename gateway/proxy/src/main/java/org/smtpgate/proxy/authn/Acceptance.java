package org.smtpgate.proxy.authn;

import io.vertx.ext.auth.User;

/**
 * Makes an outcome of the user that a backend yields.
 *
 * @param mechanism what carried the proof
 * @param username the login as the client gave it; empty when it gave none
 * @param authorizationId whom the client wants to act as; empty for itself
 */
record Acceptance(String mechanism, String username, String authorizationId) {

    AuthOutcome of(User user, String backend) {
        if (user == null) {
            return new AuthOutcome.Unavailable("the backend accepted without a user");
        }
        String login = user.subject() != null ? user.subject() : username;
        if (login.isEmpty()) {
            return new AuthOutcome.Unavailable("the backend accepted a user without a name");
        }
        return mayActAs(login)
                ? new AuthOutcome.Accepted(new Identity(login, mechanism, backend, Attributes.of(user)))
                : new AuthOutcome.Rejected();
    }

    /** A backend that lets a user act as another one says so by making that one the subject. */
    private boolean mayActAs(String login) {
        return authorizationId.isEmpty() || authorizationId.equals(login) || authorizationId.equals(username);
    }
}
