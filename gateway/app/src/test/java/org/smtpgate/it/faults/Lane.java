package org.smtpgate.it.faults;

import java.util.Locale;
import org.smtpgate.testkit.Transport;

/** A way through the gateway: a listener of its own, an upstream of its own, and a proxy of its own before the server. */
enum Lane {
    TRANSACTION_PLAIN("transaction", Transport.PLAIN),
    TRANSACTION_STARTTLS("transaction", Transport.STARTTLS),
    SESSION_PLAIN("session", Transport.PLAIN),
    SESSION_STARTTLS("session", Transport.STARTTLS);

    private static final int TRANSACTIONS_OF_A_SHARED_CONNECTION = 8;
    private static final int TRANSACTIONS_OF_A_SESSION = 3;

    private final String pooling;
    private final Transport transport;

    Lane(String pooling, Transport transport) {
        this.pooling = pooling;
        this.transport = transport;
    }

    String pooling() {
        return pooling;
    }

    Transport transport() {
        return transport;
    }

    /** Whether a session keeps its connection, and may be told goodbye when that is closed. */
    boolean keepsConnection() {
        return pooling.equals("session");
    }

    /** How many transactions a connection sees, more or less, if nothing happens to it. */
    int transactions() {
        return keepsConnection() ? TRANSACTIONS_OF_A_SESSION : TRANSACTIONS_OF_A_SHARED_CONNECTION;
    }

    /** What the configuration calls its listener, and its upstream. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
