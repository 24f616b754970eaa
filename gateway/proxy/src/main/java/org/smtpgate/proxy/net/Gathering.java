package org.smtpgate.proxy.net;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;

/**
 * What the sockets of one event loop are to write while one of them is read: each writes once, when all of that was taken
 * in. So three replies that come from an upstream together are one write to the client. Confined to its event loop.
 */
final class Gathering {
    private static final FastThreadLocal<Gathering> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected Gathering initialValue() {
            return new Gathering();
        }
    };

    private final List<SmtpSocket> waiting = new ArrayList<>();
    private int depth;

    static Gathering ofEventLoop() {
        return OF_THREAD.get();
    }

    /** A socket is read from now on. */
    void begin() {
        depth++;
    }

    /** Whether that is so; then the socket is told to write at its end. */
    boolean postpones(SmtpSocket socket) {
        if (depth > 0) {
            waiting.add(socket);
        }
        return depth > 0;
    }

    /** A socket was read. A write may fail at once, and others may have something to write because of that. */
    void end() {
        try {
            for (int index = 0; depth == 1 && index < waiting.size(); index++) {
                waiting.get(index).flush();
            }
        } finally {
            depth--;
            if (depth == 0) {
                waiting.clear();
            }
        }
    }
}
