package org.smtpgate.proxy.upstream;

/** What the pools of one upstream on one event loop have to do together, over all keys. Confined to that event loop. */
final class Load {
    private final int queueLength;
    private int waiting;
    private int connecting;

    /** @param queueLength how many may wait for whom no connection is being made */
    Load(int queueLength) {
        this.queueLength = queueLength;
    }

    void waiting(int more) {
        waiting += more;
    }

    void connecting(int more) {
        connecting += more;
    }

    /** Whether more wait than may. */
    boolean tooLong() {
        return waiting - connecting > queueLength;
    }
}
