package org.smtpgate.proxy.upstream;

import java.time.Duration;

/** When a live endpoint is probed next. Has no clock. Not safe for several threads. */
final class ProbePlan {
    private final Duration interval;
    private boolean underWay;
    /** Whether there will be another one, unless it is asked for. */
    private boolean planned;

    private long at;

    /** @param interval zero for no probes but the first */
    ProbePlan(Duration interval, boolean first, long now) {
        this.interval = interval;
        this.planned = first || !interval.isZero();
        this.at = now;
    }

    boolean due(long now) {
        return planned && !underWay && now - at >= 0;
    }

    boolean underWay() {
        return underWay;
    }

    void begun() {
        underWay = true;
    }

    void ended(long now) {
        underWay = false;
        planned = !interval.isZero();
        at = now + interval.toNanos();
    }

    /** It could not be made. */
    void putOff(long until) {
        underWay = false;
        at = until;
    }
}
