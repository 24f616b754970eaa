package org.smtpgate.proxy.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.metrics.WaitResult;

/** The transactions that wait for a connection of one pool, in order. Confined to its event loop. */
final class WaitingLine {
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private final UpstreamMeters meters;
    private final Load load;

    /** @param load what all pools of the event loop have to do */
    WaitingLine(UpstreamMeters meters, Load load) {
        this.meters = meters;
        this.load = load;
    }

    void add(Waiter waiter) {
        load.waiting(1);
        if (waiter.fresh()) {
            // It had a connection, and lost it: its turn has come once already.
            waiters.addFirst(waiter);
        } else {
            waiters.addLast(waiter);
        }
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    int size() {
        return waiters.size();
    }

    /** Whether who is first needs a new connection. */
    boolean freshFirst() {
        return !waiters.isEmpty() && waiters.peekFirst().fresh();
    }

    /** For whom the next connection is made; null when nobody waits. */
    Principal firstPrincipal() {
        return waiters.isEmpty() ? null : waiters.peekFirst().principal();
    }

    /** Takes out whom this connection can serve; null when there is nobody. */
    Waiter takeFor(UpstreamConnection connection) {
        for (Iterator<Waiter> line = waiters.iterator(); line.hasNext(); ) {
            Waiter waiter = line.next();
            if (!waiter.fresh() || connection.fresh()) {
                line.remove();
                load.waiting(-1);
                return waiter;
            }
        }
        return null;
    }

    /** Whether it was still there. */
    boolean leave(Waiter waiter) {
        boolean there = waiters.remove(waiter);
        load.waiting(there ? -1 : 0);
        return there;
    }

    void refuse(Waiter waiter, NoLeaseException why) {
        meters.waitEnded(resultOf(why.reason()), waiter.waited());
        waiter.over();
        waiter.refuse(why);
    }

    void refuseFirst(NoLeaseException why) {
        load.waiting(-1);
        refuse(waiters.removeFirst(), why);
    }

    void refuseAll(NoLeaseException why) {
        List<Waiter> all = new ArrayList<>(waiters);
        waiters.clear();
        load.waiting(-all.size());
        all.forEach(waiter -> refuse(waiter, why));
    }

    private static WaitResult resultOf(NoLeaseException.Reason reason) {
        return switch (reason) {
            case UNREACHABLE, UNJUDGED -> WaitResult.UNREACHABLE;
            case UNRESOLVED -> WaitResult.UNRESOLVED;
            case AUTHENTICATION, CREDENTIALS, NO_LOGIN, UNFIT_LOGIN -> WaitResult.AUTHENTICATION;
            case QUEUE_FULL -> WaitResult.QUEUE_FULL;
            case TIMED_OUT -> WaitResult.TIMED_OUT;
            case OUT_OF_SERVICE -> WaitResult.OUT_OF_SERVICE;
            case ABANDONED -> WaitResult.ABANDONED;
            case CLOSED -> WaitResult.STOPPING;
        };
    }
}
