package org.smtpgate.sasl;

/**
 * What to log in with at a server, as its client.
 *
 * <p>Immutable. {@code toString} never shows the secret, so that no log can.
 */
public sealed interface ClientCredentials {

    /** The identity to act as (RFC 4422 section 2); empty for that of the credentials themselves. */
    String authorizationId();

    /** A name and a password. */
    record Password(String authorizationId, String username, String password) implements ClientCredentials {
        @Override
        public String toString() {
            return "Password[authorizationId=" + authorizationId + ", username=" + username + ", password=***]";
        }
    }

    /**
     * A bearer token (RFC 6750).
     *
     * @param username the mailbox or user the token is for; the mechanisms send {@code authorizationId} in its place
     *     when that is not empty
     * @param host the server's name as the client knows it, for OAUTHBEARER; empty to send none
     * @param port the server's port, for OAUTHBEARER; 0 to send none
     */
    record Token(String authorizationId, String username, String token, String host, int port)
            implements ClientCredentials {
        @Override
        public String toString() {
            return "Token[authorizationId=" + authorizationId + ", username=" + username + ", token=***, host=" + host
                    + ", port=" + port + "]";
        }
    }

    /** An identity that the TLS client certificate proves (EXTERNAL). */
    record External(String authorizationId) implements ClientCredentials {}
}
