package org.smtpgate.sasl;

/** A SASL mechanism, server side. Stateless; safe for any thread. */
public interface SaslMechanism {

    /** The registered name, upper case, such as {@code PLAIN}. */
    String name();

    /** The kind of credentials an exchange of this mechanism presents; null if it looks keys up: {@link #keyHash}. */
    CredentialKind presents();

    /** The hash of the keys that an exchange looks up, {@code SHA-1} or {@code SHA-256}; null if it presents credentials. */
    default String keyHash() {
        return null;
    }

    /** Whether the client's proof holds for this very TLS connection (RFC 5056), so that there is none without TLS. */
    default boolean bindsChannel() {
        return false;
    }

    /**
     * What a client whose credentials are refused is told before it is told so (RFC 7628 section 3.2.2); what it answers
     * does not matter. Null for nothing.
     */
    default byte[] refusal() {
        return null;
    }

    /** Begins an exchange; its first {@code respond} takes the initial response. */
    SaslExchange start(Surroundings surroundings);
}
