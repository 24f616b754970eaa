package org.smtpgate.proxy.upstream;

import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.Capabilities;

/** One upstream as one event loop has it: lends its connections. Confined to its event loop. */
public final class Upstream {
    private final UpstreamSettings settings;
    private final UpstreamPool pool;

    Upstream(UpstreamSettings settings, UpstreamPool pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /**
     * Lends a connection.
     *
     * @param principal whom it is for
     * @param fresh whether only a new connection will do, since one that lay in the pool has just turned out dead
     * @return its future fails with {@link NoLeaseException}; a connection that comes is to be given back
     */
    public Waiter lease(Principal principal, boolean fresh) {
        return pool.lease(fresh);
    }

    /** Takes a connection back, whatever it was left in the middle of. */
    public void giveBack(UpstreamConnection connection) {
        pool.giveBack(connection);
    }

    /** Takes a connection back that must not be used again. */
    public void discard(UpstreamConnection connection, String why) {
        pool.discard(connection, why);
    }

    /** Takes a connection back that no other session may use: says goodbye to the upstream, if it still can. */
    public void retire(UpstreamConnection connection) {
        pool.retire(connection);
    }

    /** A transaction goes from a connection that died in the pool to another. */
    public void countRetry() {
        pool.countRetry();
    }

    /** What the upstream offered when last asked; null before that. */
    public Capabilities capabilities() {
        return pool.capabilities();
    }

    public UpstreamSettings settings() {
        return settings;
    }
}
