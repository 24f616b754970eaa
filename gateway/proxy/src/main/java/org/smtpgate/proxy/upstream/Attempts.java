package org.smtpgate.proxy.upstream;

import java.time.Duration;
import org.smtpgate.proxy.net.Deadlines;

/** The attempts of one pool to connect: how many are under way, and how many more make sense. Confined to its event loop. */
final class Attempts {
    /** After a failed attempt, while others live: for how long those do before there is another attempt. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Deadlines.Deadline pause;
    private int underWay;
    /** The last one failed: until one succeeds there is one at a time. */
    private boolean troubled;

    /** @param again what to do when the pause after a failure is over */
    Attempts(Deadlines deadlines, Runnable again) {
        this.pause = deadlines.create(again);
    }

    void begun() {
        underWay++;
    }

    void succeeded() {
        underWay--;
        troubled = false;
    }

    void failed() {
        underWay--;
        troubled = true;
        pause.in(PAUSE);
    }

    int underWay() {
        return underWay;
    }

    boolean troubled() {
        return troubled;
    }

    /**
     * How many more those who wait could use; negative when there are more than enough.
     *
     * @param others whether connections that live will serve those who wait
     */
    int wanted(int waiting, boolean others) {
        if (!troubled) {
            return waiting - underWay;
        }
        return others && pause.isSet() ? 0 : Math.min(1, waiting) - underWay;
    }

    /** Whether there may be one for nobody in particular. */
    boolean calm() {
        return !troubled || !pause.isSet() && underWay == 0;
    }

    void stop() {
        pause.clear();
    }
}
