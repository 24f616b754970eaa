package org.smtpgate.proxy.upstream;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.smtpgate.proxy.metrics.ConnectionState;

/** A clock that runs only while some event loop holds an idle connection. Safe for any thread. */
final class IdleClock implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 2;

    private final UpstreamLoops loops;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private volatile long nanos;
    private long lookedAt = System.nanoTime();
    private boolean wasIdle;

    IdleClock(UpstreamLoops loops) {
        this.loops = loops;
        thread.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        boolean idle = loops.connections(ConnectionState.IDLE) > 0;
        if (idle && wasIdle) {
            nanos += now - lookedAt;
        }
        wasIdle = idle;
        lookedAt = now;
    }

    /** For how long, in nanoseconds, there has been an idle connection so far. */
    long read() {
        return nanos;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
