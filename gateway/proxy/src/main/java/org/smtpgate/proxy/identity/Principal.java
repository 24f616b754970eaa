package org.smtpgate.proxy.identity;

import java.util.List;
import java.util.Map;
import org.smtpgate.smtp.Peer;

/**
 * Whom a connection is leased for.
 *
 * @param session the id of its session
 * @param attributes what the authentication said about the login; empty without one
 */
public record Principal(String session, Peer peer, Map<String, List<String>> attributes) {

    public Principal {
        attributes = Map.copyOf(attributes);
    }
}
