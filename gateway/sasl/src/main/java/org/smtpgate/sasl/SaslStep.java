package org.smtpgate.sasl;

import java.util.function.Function;

/** What a {@link SaslExchange} wants next. */
public sealed interface SaslStep {

    /** Send these bytes to the client as a challenge and await its response; they may be empty. */
    record Challenge(byte[] bytes) implements SaslStep {}

    /**
     * Find out what is stored of this user's password, and go on with the challenge that {@code then} gives for it. For an
     * unknown user give it a {@link ScramDecoys decoy}.
     *
     * @param hash {@code SHA-1} or {@code SHA-256}
     * @param username as the client sent it, prepared by SASLprep (RFC 4013)
     */
    record LookUp(String hash, String username, Function<ScramKeys, Challenge> then) implements SaslStep {}

    /** The client has said all: let a backend judge these credentials. The exchange is over. */
    record Present(Credentials credentials) implements SaslStep {}

    /**
     * The client has proven that it knows the password of the user whose keys were looked up. The exchange is over.
     *
     * @param authorizationId the identity to act as (RFC 4422 section 2); empty when the client named none
     */
    record Proven(String authorizationId) implements SaslStep {}

    /**
     * What the client says is well-formed, and no proof. The exchange is over.
     *
     * @param reason for the log alone; holds nothing of what the client sent. Null for a wrong password
     */
    record Refused(String reason) implements SaslStep {}

    /**
     * The client's bytes break the mechanism's syntax; {@code reason} is fit for a reply and holds nothing of what the
     * client sent. The exchange is over.
     */
    record Malformed(String reason) implements SaslStep {}
}
