package org.smtpgate.app.config;

import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Balancing;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;

/** Reads the bounds of an upstream's pool, which are keys of the upstream itself. */
final class PoolReader {
    private static final String MIN_IDLE = "min-idle";

    private final Section upstream;

    PoolReader(Section upstream) {
        this.upstream = upstream;
    }

    Pool read() {
        Pool usual = Pool.DEFAULTS;
        return new Pool(
                upstream.number("max-connections", usual.maxConnections(), 1, 100_000),
                upstream.number(MIN_IDLE, usual.minIdle(), 0, 100_000),
                upstream.number("queue-length", usual.queueLength(), 0, 1_000_000),
                upstream.duration("queue-timeout", usual.queueTimeout()),
                upstream.number("connect-attempts", usual.connectAttempts(), 1, 100),
                upstream.duration("idle-timeout", usual.idleTimeout()),
                upstream.duration("max-lifetime", usual.maxLifetime()),
                upstream.number("max-transactions", usual.maxTransactions(), 1, Integer.MAX_VALUE));
    }

    /** Notes what does not fit to the rest. */
    void check(UpstreamSettings settings) {
        int least = settings.pool().minIdle();
        if (least == 0) {
            return;
        }
        if (least > settings.pool().maxConnections()) {
            upstream.problem(
                    MIN_IDLE,
                    "must not be more than max-connections, which is "
                            + settings.pool().maxConnections());
        }
        if (settings.pooling() == Pooling.SESSION) {
            upstream.problem(
                    MIN_IDLE, "has no effect with pooling: session, where each session has a connection of its own");
        } else if (settings.identity().needsLogin()) {
            upstream.problem(
                    MIN_IDLE, "has no effect with this identity, as each connection is for the login of one client");
        } else if (settings.balancing() == Balancing.HASH_LOGIN) {
            upstream.problem(
                    MIN_IDLE, "has no effect with balancing: hash-login, as nobody knows which login will come");
        }
    }
}
