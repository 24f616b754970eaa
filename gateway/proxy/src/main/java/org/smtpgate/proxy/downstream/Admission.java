package org.smtpgate.proxy.downstream;

import java.util.concurrent.atomic.AtomicInteger;

/** How many clients a listener has, over all event loops, and whether one more is too many. Safe for any thread. */
public final class Admission {
    private final int most;
    private final AtomicInteger present = new AtomicInteger();

    public Admission(int most) {
        this.most = most;
    }

    /** Whether the one that has just come may stay; if so, it is to {@link #leave}. */
    boolean enter() {
        boolean room = present.incrementAndGet() <= most;
        if (!room) {
            leave();
        }
        return room;
    }

    void leave() {
        present.decrementAndGet();
    }
}
