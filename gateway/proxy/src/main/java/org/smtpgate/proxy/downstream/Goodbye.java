package org.smtpgate.proxy.downstream;

import java.nio.ByteBuffer;
import org.smtpgate.proxy.net.SmtpSocket;

/**
 * The end of a client's connection after its last reply: this side is closed once all was sent; what the client still
 * sends is read and thrown away, up to a bound, since closing beside unread bytes would be a reset. Confined to its event
 * loop.
 */
final class Goodbye {
    /** How much a client may still send after its last reply. */
    private static final long OCTETS_MAX = 1 << 20;

    private final SmtpSocket socket;
    private boolean begun;
    private boolean said;
    private long octets;

    Goodbye(SmtpSocket socket) {
        this.socket = socket;
    }

    void say() {
        if (begun) {
            return;
        }
        begun = true;
        socket.reading(true);
        socket.endOutput().onComplete(done -> {
            said = true;
            readable();
        });
    }

    void readable() {
        for (ByteBuffer bytes = socket.next(); bytes != null; bytes = socket.next()) {
            octets += bytes.remaining();
        }
        if (!socket.inputEnded() && octets <= OCTETS_MAX) {
            return;
        }
        if (said) {
            socket.abort();
        } else {
            socket.reading(false);
        }
    }
}
