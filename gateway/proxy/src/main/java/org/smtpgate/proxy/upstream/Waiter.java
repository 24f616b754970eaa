package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Consumer;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.Deadlines;

/** A transaction, or the trial of a login, that waits for a connection, or has got one. Confined to its event loop. */
public final class Waiter {
    private final Promise<UpstreamConnection> lease = Promise.promise();
    private final Principal principal;
    private final boolean fresh;
    private final Consumer<Waiter> abandoned;
    private final long since = System.nanoTime();
    private Deadlines.Deadline deadline;

    /**
     * @param principal whom it is for
     * @param fresh whether only a new connection will do
     * @param abandoned whom to tell when it waits no longer
     */
    Waiter(Principal principal, boolean fresh, Consumer<Waiter> abandoned) {
        this.principal = principal;
        this.fresh = fresh;
        this.abandoned = abandoned;
    }

    /** One that is refused at once. */
    static Waiter refused(Principal principal, NoLeaseException why) {
        Waiter waiter = new Waiter(principal, false, nobody -> {});
        waiter.refuse(why);
        return waiter;
    }

    /** The connection; fails with {@link NoLeaseException}. */
    public Future<UpstreamConnection> lease() {
        return lease.future();
    }

    /** Waits no longer; without effect once the lease is granted or refused. */
    public void abandon() {
        abandoned.accept(this);
    }

    void grant(UpstreamConnection connection) {
        lease.complete(connection);
    }

    void refuse(NoLeaseException why) {
        lease.fail(why);
    }

    Principal principal() {
        return principal;
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
