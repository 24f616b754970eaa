package org.smtpgate.proxy.upstream;

import io.vertx.core.Promise;
import java.time.Duration;
import org.smtpgate.proxy.net.Deadlines;

/** A transaction that waits for a connection. */
final class Waiter {
    private final Promise<UpstreamConnection> lease = Promise.promise();
    private final boolean fresh;
    private final long since = System.nanoTime();
    private Deadlines.Deadline deadline;

    /** @param fresh whether only a new connection will do */
    Waiter(boolean fresh) {
        this.fresh = fresh;
    }

    Promise<UpstreamConnection> lease() {
        return lease;
    }

    boolean fresh() {
        return fresh;
    }

    /** Nanoseconds. */
    long waited() {
        return System.nanoTime() - since;
    }

    void deadline(Deadlines.Deadline set) {
        deadline = set;
    }

    void waitFor(Duration most) {
        deadline.in(most);
    }

    /** It has got what it waited for, or nothing. */
    void over() {
        deadline.clear();
    }
}
