package org.smtpgate.sasl;

/**
 * What a client presented to prove who it is, once a mechanism has all of it.
 *
 * <p>Immutable. {@code toString} never shows the secret, so that no log can.
 */
public sealed interface Credentials {

    /** The identity to act as (RFC 4422 section 2); empty when the client named none. */
    String authorizationId();

    /** The login that the client named; empty when the mechanism carried none. */
    String username();

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

    /**
     * The answer to a challenge, made with a password that did not travel (CRAM-MD5, RFC 2195).
     *
     * @param challenge what was sent, angle brackets included
     * @param digest lower-case hex
     */
    record Digest(String username, String challenge, String digest) implements Credentials {
        @Override
        public String authorizationId() {
            return "";
        }

        @Override
        public String toString() {
            return "Digest[username=" + username + ", digest=***]";
        }
    }

    /** What the transport has proven: a TLS client certificate (EXTERNAL). */
    record External(String authorizationId) implements Credentials {
        /** Empty: it is in the certificate. */
        @Override
        public String username() {
            return "";
        }
    }
}
