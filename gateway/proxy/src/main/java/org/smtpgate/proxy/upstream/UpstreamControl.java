package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.metrics.UpstreamMode;

/**
 * What an operator does with an upstream while the gateway runs, in PgBouncer's words. Safe for any thread.
 *
 * <p>It is not kept: a gateway that starts has all upstreams active.
 */
public final class UpstreamControl {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamControl.class);

    private final String upstream;
    private final UpstreamMeters meters;
    private final List<Supplier<Future<Void>>> eventLoops = new CopyOnWriteArrayList<>();
    private volatile UpstreamMode mode = UpstreamMode.ACTIVE;
    /** The {@link System#nanoTime()} before which connections are too old; null for never. */
    private volatile Long reconnectedAt;

    UpstreamControl(String upstream, UpstreamMeters meters) {
        this.upstream = upstream;
        this.meters = meters;
        meters.mode(mode);
    }

    /** @param changed to be told, on any thread; its future completes when that event loop has no connection left */
    void watch(Supplier<Future<Void>> changed) {
        eventLoops.add(changed);
    }

    /** What was asked makes no sense in the mode that it is in, which the message tells. */
    public static final class WrongModeException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        WrongModeException(String message) {
            super(message);
        }
    }

    public UpstreamMode mode() {
        return mode;
    }

    boolean active() {
        return mode == UpstreamMode.ACTIVE;
    }

    /** Whether a connection is from before the last {@link #reconnect()}. */
    boolean outdated(UpstreamConnection connection) {
        Long since = reconnectedAt;
        return since != null && connection.olderThan(Duration.ofNanos(System.nanoTime() - since));
    }

    /**
     * Lends no more connections: who wants one waits, for as long as {@code queue-timeout} lets it. Transactions under way
     * end as they would have; sessions that keep a connection (pooling: session) part with it after the transaction, or at
     * the next MAIL.
     *
     * @return completes when all connections are closed
     * @throws WrongModeException if it is not active
     */
    public Future<Void> pause() {
        change(UpstreamMode.PAUSED, UpstreamMode.ACTIVE);
        return tell();
    }

    /**
     * Lends no more connections: who wants one is told at once to come again later, who waits too.
     *
     * @return completes when all connections are closed
     * @throws WrongModeException if it is draining already
     */
    public Future<Void> drain() {
        change(UpstreamMode.DRAINING, UpstreamMode.ACTIVE, UpstreamMode.PAUSED);
        return tell();
    }

    /**
     * Lends connections again.
     *
     * @throws WrongModeException if it is active
     */
    public void resume() {
        change(UpstreamMode.ACTIVE, UpstreamMode.PAUSED, UpstreamMode.DRAINING);
        tell();
    }

    /** Replaces each connection, now if it is idle, else after its transaction. */
    public void reconnect() {
        reconnectedAt = System.nanoTime();
        LOG.info("upstream {}: all connections are replaced", upstream);
        tell();
    }

    private synchronized void change(UpstreamMode to, UpstreamMode... from) {
        if (!List.of(from).contains(mode)) {
            throw new WrongModeException(upstream + " is " + name(mode));
        }
        mode = to;
        meters.mode(to);
        LOG.info("upstream {} is {} now", upstream, name(to));
    }

    private static String name(UpstreamMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private Future<Void> tell() {
        List<Future<Void>> quiet = new ArrayList<>();
        eventLoops.forEach(eventLoop -> quiet.add(eventLoop.get()));
        return Future.join(quiet).mapEmpty();
    }
}
