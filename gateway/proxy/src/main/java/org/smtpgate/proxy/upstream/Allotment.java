package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;
import java.util.concurrent.atomic.AtomicInteger;

/** The permits of one pool. Confined to its event loop, but for what {@link Permits} asks and tells. */
final class Allotment implements Permits.Claimant {
    private final Permits permits;
    private final Context context;
    private final Runnable granted;
    /** Written by the pool's event loop alone, read by all. */
    private volatile int held;
    /** Granted, and on their way to the event loop. */
    private final AtomicInteger due = new AtomicInteger();
    /** Of those held, how many were promised to others. */
    private int promised;

    /** @param granted what to do, on the event loop, with a permit that was claimed: use it, or {@link #release} it */
    Allotment(Permits permits, Context context, Runnable granted) {
        this.permits = permits;
        this.context = context;
        this.granted = granted;
        permits.join();
    }

    /** Takes one, if there is one that nobody waits for. */
    boolean tryAcquire() {
        boolean acquired = permits.tryAcquire();
        held += acquired ? 1 : 0;
        return acquired;
    }

    /** Whether it waits from now on for one more than are {@link #due}. */
    void claim(boolean wanted) {
        if (wanted) {
            permits.claim(this);
        } else {
            permits.withdraw(this);
        }
    }

    @Override
    public void permitGranted() {
        due.incrementAndGet();
        context.runOnContext(turn -> {
            held++;
            due.decrementAndGet();
            granted.run();
        });
    }

    @Override
    public int permitsHeld() {
        return held + due.get();
    }

    void release() {
        held--;
        if (promised > 0) {
            promised--;
            permits.releasePromised();
        } else {
            permits.release();
        }
    }

    /** Promises one, still in use, to a pool that needs it, if there is such: see {@link Permits#promiseIfNeeded}. */
    boolean promiseIfNeeded() {
        return noted(permits.promiseIfNeeded(this));
    }

    /** Promises one, still in use, to a pool that is owed it, if there is such: see {@link Permits#promiseIfOwed}. */
    boolean promiseIfOwed() {
        return noted(permits.promiseIfOwed(this));
    }

    /** Promises one, still in use, to a pool that waits, if there is such: see {@link Permits#promiseIfClaimed}. */
    boolean promiseIfClaimed() {
        return noted(permits.promiseIfClaimed(this));
    }

    /** Promises one, still in use, for a claim that this pool is about to make, so that nobody else parts with one for it. */
    void promise() {
        permits.promise();
        noted(true);
    }

    private boolean noted(boolean promise) {
        promised += promise ? 1 : 0;
        return promise;
    }

    /** How many are on their way to it. */
    int due() {
        return due.get();
    }

    /** Whether another pool waits for one. */
    boolean claimedByOthers() {
        return permits.claimedByOthers(this);
    }

    /** There will be no more of this pool. */
    void leave() {
        permits.leave(this);
    }
}
