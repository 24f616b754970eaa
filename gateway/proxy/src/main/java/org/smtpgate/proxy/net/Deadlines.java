package org.smtpgate.proxy.net;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The deadlines of one event loop: a single sweep looks at all of them, since nearly every one is moved long before it
 * is due, and moving one costs a store. They fire up to one sweep late, never early.
 *
 * <p>Confined to the event loop that made it.
 */
public final class Deadlines {
    private static final long SWEEP_MS = 100;
    private static final long LONGEST_QUIET_NS = TimeUnit.HOURS.toNanos(1);

    private final Vertx vertx;
    private final Set<Deadline> armed = new LinkedHashSet<>();
    private final long timer;
    /** Nothing is due before this, so that most sweeps need not look: of thousands of idle sessions none is due for minutes. */
    private long quietUntil = System.nanoTime();

    public Deadlines(Vertx vertx) {
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(SWEEP_MS, id -> sweep());
    }

    /** A deadline that is not yet set. */
    public Deadline create(Runnable expired) {
        return new Deadline(expired);
    }

    public void close() {
        vertx.cancelTimer(timer);
    }

    private void sweep() {
        long now = System.nanoTime();
        if (now - quietUntil < 0) {
            return;
        }
        List<Deadline> due = new ArrayList<>(0);
        for (Deadline deadline : armed) {
            if (now - deadline.at >= 0) {
                due.add(deadline);
            }
        }
        for (Deadline deadline : due) {
            // One that fired before may have cleared or moved this one.
            if (armed.contains(deadline) && now - deadline.at >= 0) {
                armed.remove(deadline);
                deadline.expired.run();
            }
        }
        // Not before: if one of them fails, those behind it are still due.
        quietUntil = now + quietAfter(now);
    }

    private long quietAfter(long now) {
        long quiet = LONGEST_QUIET_NS;
        for (Deadline deadline : armed) {
            quiet = Math.min(quiet, deadline.at - now);
        }
        return quiet;
    }

    /** One point in time at which something is too late. */
    public final class Deadline {
        private final Runnable expired;
        private long at;

        private Deadline(Runnable expired) {
            this.expired = expired;
        }

        /** Sets it, or moves it. */
        public void in(Duration delay) {
            at = System.nanoTime() + delay.toNanos();
            armed.add(this);
            if (at - quietUntil < 0) {
                quietUntil = at;
            }
        }

        public boolean isSet() {
            return armed.contains(this);
        }

        public void clear() {
            armed.remove(this);
        }
    }
}
