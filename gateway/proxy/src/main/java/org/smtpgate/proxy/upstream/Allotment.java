package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;

/** The permits of one pool. Confined to its event loop, but for what {@link Permits} asks and tells. */
final class Allotment implements Permits.Claimant {
    private final Permits permits;
    private final Context context;
    private final Runnable granted;
    /** Written by the pool's event loop alone, read by all. */
    private volatile int held;
    /** Of those, how many were promised to others. */
    private int promised;

    /** @param granted what to do, on the event loop, with a permit that was claimed: use it, or {@link #release} it */
    Allotment(Permits permits, Context context, Runnable granted) {
        this.permits = permits;
        this.context = context;
        this.granted = granted;
        permits.join(this);
    }

    /** Takes one, if there is one that nobody waits for. */
    boolean tryAcquire() {
        boolean acquired = permits.tryAcquire();
        held += acquired ? 1 : 0;
        return acquired;
    }

    /** Whether it waits for one from now on. */
    void claim(boolean wanted) {
        if (wanted) {
            permits.claim(this);
        } else {
            permits.withdraw(this);
        }
    }

    @Override
    public void permitGranted() {
        context.runOnContext(turn -> {
            held++;
            granted.run();
        });
    }

    @Override
    public int permitsHeld() {
        return held;
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

    /** Whether one, still in use, will be for a pool that needs it: see {@link Permits#promiseIfNeeded}. */
    boolean promiseIfNeeded() {
        return promised(permits.promiseIfNeeded(this));
    }

    /** Whether one, still in use, will be for a pool that is owed it: see {@link Permits#promiseIfOwed}. */
    boolean promiseIfOwed() {
        return promised(permits.promiseIfOwed(this));
    }

    /** Whether one, still in use, will be for a pool that waits: see {@link Permits#promiseIfClaimed}. */
    boolean promiseIfClaimed() {
        return promised(permits.promiseIfClaimed(this));
    }

    private boolean promised(boolean one) {
        promised += one ? 1 : 0;
        return one;
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
