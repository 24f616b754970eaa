package org.smtpgate.proxy.upstream;

import java.time.Duration;
import org.smtpgate.proxy.net.Deadlines;

/**
 * Keeps some idle connections ready in a pool. It takes permits that nobody waits for and claims none, and waits with the
 * rest where attempts have just failed. Confined to its event loop.
 */
final class WarmUp {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final UpstreamPool pool;
    private final int least;
    private final Deadlines.Deadline tick;

    /** @param least how many idle connections there should be */
    WarmUp(UpstreamPool pool, int least, Deadlines deadlines) {
        this.pool = pool;
        this.least = least;
        this.tick = deadlines.create(this::tick);
    }

    void start() {
        tick();
    }

    void stop() {
        tick.clear();
    }

    private void tick() {
        tick.in(TICK);
        pool.keepIdle(least);
    }
}
