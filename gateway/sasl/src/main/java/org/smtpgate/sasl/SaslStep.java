package org.smtpgate.sasl;

/** What a {@link SaslExchange} wants next. */
public sealed interface SaslStep {

    /** Send these bytes to the client as a challenge and await its response; they may be empty. */
    record Challenge(byte[] bytes) implements SaslStep {}

    /** The client has said all: let a backend judge these credentials. The exchange is over. */
    record Present(Credentials credentials) implements SaslStep {}

    /**
     * The client's bytes break the mechanism's syntax; {@code reason} is fit for a reply and holds nothing of what the
     * client sent. The exchange is over.
     */
    record Malformed(String reason) implements SaslStep {}
}
