package org.smtpgate.proxy.upstream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.smtpgate.proxy.metrics.UpstreamMeters;
import org.smtpgate.proxy.metrics.WaitResult;

/** The transactions that wait for a connection of one pool, in order. Confined to its event loop. */
final class WaitingLine {
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private final UpstreamMeters meters;

    WaitingLine(UpstreamMeters meters) {
        this.meters = meters;
    }

    void add(Waiter waiter) {
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

    /** Takes out whom this connection can serve; null when there is nobody. */
    Waiter takeFor(UpstreamConnection connection) {
        for (Iterator<Waiter> line = waiters.iterator(); line.hasNext(); ) {
            Waiter waiter = line.next();
            if (!waiter.fresh() || connection.fresh()) {
                line.remove();
                return waiter;
            }
        }
        return null;
    }

    /** Whether it was still there. */
    boolean leave(Waiter waiter) {
        return waiters.remove(waiter);
    }

    void refuse(Waiter waiter, WaitResult result, NoLeaseException.Reason reason, String text) {
        meters.waitEnded(result, waiter.waited());
        waiter.over();
        waiter.refuse(new NoLeaseException(reason, text));
    }

    void refuseFirst(WaitResult result, NoLeaseException.Reason reason, String text) {
        refuse(waiters.removeFirst(), result, reason, text);
    }

    void refuseAll(WaitResult result, NoLeaseException.Reason reason, String text) {
        List<Waiter> all = new ArrayList<>(waiters);
        waiters.clear();
        all.forEach(waiter -> refuse(waiter, result, reason, text));
    }
}
