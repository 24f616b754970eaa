package org.smtpgate.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The ways in which an upstream goes away. After each it answers nothing more. */
public enum Fault {
    /** A polite end: close_notify where there is TLS, FIN, and what still comes is read. */
    EOF {
        @Override
        void inflict(Wire wire) throws IOException {
            wire.finish();
        }
    },
    /** An end as when a process dies: the kernel answers whatever still comes, or lies unread, with an RST. */
    CLOSE {
        @Override
        void inflict(Wire wire) {
            wire.close();
        }
    },
    RST {
        @Override
        void inflict(Wire wire) throws IOException {
            wire.reset();
        }
    },
    REPLY_421 {
        @Override
        void inflict(Wire wire) throws IOException {
            say(wire, "421 4.3.2 upstream.test shutting down");
            wire.finish();
        }
    },
    REPLY_221 {
        @Override
        void inflict(Wire wire) throws IOException {
            say(wire, "221 2.0.0 upstream.test closing connection");
            wire.finish();
        }
    },
    /** A fatal TLS alert, then FIN. */
    TLS_ABORT {
        @Override
        void inflict(Wire wire) throws IOException {
            wire.sendFatalAlert();
            wire.finishAbruptly();
        }
    },
    /** FIN without close_notify. */
    TLS_TRUNCATION {
        @Override
        void inflict(Wire wire) throws IOException {
            wire.finishAbruptly();
        }
    },
    /** Silence; what comes is read, and the connection stays open. */
    HANG {
        @Override
        void inflict(Wire wire) {
            // Silence needs no deed.
        }
    };

    abstract void inflict(Wire wire) throws IOException;

    boolean needsTls() {
        return this == TLS_ABORT || this == TLS_TRUNCATION;
    }

    private static void say(Wire wire, String reply) throws IOException {
        wire.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
