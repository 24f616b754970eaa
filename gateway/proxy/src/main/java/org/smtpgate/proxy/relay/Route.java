package org.smtpgate.proxy.relay;

import java.time.Duration;
import org.smtpgate.proxy.upstream.UpstreamPool;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Replies;

/** Where one event loop's share of a listener sends its transactions. Confined to its event loop. */
public final class Route {
    private final UpstreamPool pool;

    public Route(UpstreamPool pool) {
        this.pool = pool;
    }

    /** The upstream side of a session that begins. */
    public Relay relay(Replies replies, RelayEvents events) {
        return new Relay(pool, replies, events);
    }

    /** What the upstream offered when last asked; null before that. */
    public Capabilities capabilities() {
        return pool.capabilities();
    }

    /** What no answer takes longer than, all of the upstream's own timeouts together. */
    public Duration longestWait() {
        UpstreamSettings.Timeouts timeouts = pool.settings().timeouts();
        return pool.settings()
                .pool()
                .queueTimeout()
                .multipliedBy(2)
                .plus(timeouts.command().multipliedBy(2))
                .plus(timeouts.data())
                .plus(timeouts.content())
                .plus(timeouts.endOfData());
    }
}
