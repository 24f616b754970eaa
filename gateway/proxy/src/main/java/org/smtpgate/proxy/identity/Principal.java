package org.smtpgate.proxy.identity;

import java.util.List;
import java.util.Map;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.smtp.Peer;

/**
 * Whom a connection is leased for.
 *
 * @param session the id of its session
 * @param attributes what the authentication said about the login; empty without one
 * @param credentials what it logged in with; null without a login, and where no upstream needs them
 */
public record Principal(String session, Peer peer, Map<String, List<String>> attributes, Credentials credentials) {

    public Principal {
        attributes = Map.copyOf(attributes);
    }

    /** An attribute may be the password for an upstream. */
    @Override
    public String toString() {
        return "Principal[session=" + session + ", peer=" + peer + ", attributes=" + attributes.keySet()
                + ", credentials=" + credentials + "]";
    }
}
