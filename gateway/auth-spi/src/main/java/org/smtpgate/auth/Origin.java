package org.smtpgate.auth;

import io.vertx.core.net.SocketAddress;

/**
 * Where credentials were submitted.
 *
 * @param listener the listener's configured name
 * @param sessionId the session's id, as it stands in logs and replies
 * @param client the address and port of whoever connected; of a login that an nginx asks about, of its client
 * @param server the address and port that the client reached
 * @param tls how the connection is encrypted; null where it is not
 * @param helo what the client called itself in EHLO
 * @param attempt the number of this login within its session, from 1
 */
public record Origin(
        String listener,
        String sessionId,
        SocketAddress client,
        SocketAddress server,
        Tls tls,
        String helo,
        int attempt) {

    /** The client's IP address, as text. */
    public String address() {
        return client.hostAddress();
    }

    /** Whether the client's connection is encrypted. */
    public boolean encrypted() {
        return tls != null;
    }
}
