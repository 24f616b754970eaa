package org.smtpgate.sasl;

/**
 * What a client presented to prove who it is, once a mechanism has all of it.
 *
 * <p>Immutable. {@code toString} never shows the secret, so that no log can.
 */
public sealed interface Credentials {

    /** The identity to act as (RFC 4422 section 2); empty when the client named none. */
    String authorizationId();

    /** A name and a password, both as the client sent them (UTF-8 decoded, not yet prepared). */
    record Password(String authorizationId, String username, String password) implements Credentials {
        @Override
        public String toString() {
            return "Password[username=" + username + ", password=***]";
        }
    }

    /** A bearer token (RFC 6750), and the user name that came with it; the name may be empty. */
    record Token(String authorizationId, String username, String token) implements Credentials {
        @Override
        public String toString() {
            return "Token[username=" + username + ", token=***]";
        }
    }
}
