package org.smtpgate.proxy.upstream;

import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.net.SmtpSocket;

/** Counts what goes over one connection. Confined to its event loop. */
final class Traffic {
    private final SmtpSocket socket;
    private final UpstreamMeters meters;
    private long received;
    private long sent;

    Traffic(SmtpSocket socket, UpstreamMeters meters) {
        this.socket = socket;
        this.meters = meters;
    }

    /** Adds what has come and gone since the last time. */
    void count() {
        meters.received(socket.octetsReceived() - received);
        meters.sent(socket.octetsSent() - sent);
        received = socket.octetsReceived();
        sent = socket.octetsSent();
    }
}
