package org.smtpgate.bench.sink;

import java.time.Duration;

/**
 * What one port of the sink lets in. Used on the sink's event loop alone.
 */
final class Gate {
    private final int connectionsMax;
    private final Duration delay;
    private int connections;

    /**
     * @param connectionsMax more at a time are told 421
     * @param delay how long each message takes from its end to its 250
     */
    Gate(int connectionsMax, Duration delay) {
        this.connectionsMax = connectionsMax;
        this.delay = delay;
    }

    boolean enter() {
        if (connections >= connectionsMax) {
            return false;
        }
        connections++;
        return true;
    }

    void leave() {
        connections--;
    }

    Duration delay() {
        return delay;
    }
}
