package org.smtpgate.proxy.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The right to have a connection to one upstream, shared by the pools of all event loops and keys: the one place where
 * they meet.
 *
 * <p>A pool that finds no permit claims one. Whatever permit is then given back goes to the oldest claim, from hand to
 * hand: who has just given one back cannot be first to take it again. The event loops are told, and part with what they
 * can: see {@link #promiseIfNeeded}, {@link #promiseIfOwed} and {@link #promiseIfClaimed}. So nobody waits for long beside
 * an idle connection, and none changes hands for nothing.
 *
 * <p>Safe for any thread. Its lock is held for a few steps, and by none who only lends what is in its pool.
 */
final class Permits {
    /** A promise that takes longer may never be kept: the server does not answer the QUIT, for one. */
    private static final long PROMISE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final int total;
    private final List<Runnable> eventLoops = new CopyOnWriteArrayList<>();
    /** Those who wait for a permit, in order. */
    private final Set<Claimant> claims = new LinkedHashSet<>();
    /** When each permit was promised of a connection that is being closed for who claims. */
    private final Deque<Long> promises = new ArrayDeque<>();

    private int claimants;
    private int free;
    /** Whether there are claims; read without the lock by all who have nothing to give. */
    private volatile boolean claimed;

    /** A pool, as its peers see it. Its methods may be called on any thread, and must not call these permits. */
    interface Claimant {
        /** Here is a permit, to be used or to be released; both later, on the claimant's own thread. */
        void permitGranted();

        /** How many permits it has. */
        int permitsHeld();
    }

    Permits(int total) {
        this.total = total;
        this.free = total;
    }

    /** Adds an event loop; it is told, on any thread, when somebody waits who did not before. */
    void watch(Runnable permitWanted) {
        eventLoops.add(permitWanted);
    }

    /** One more shares them. */
    synchronized void join() {
        claimants++;
    }

    /** It holds no permit and claims none any more. */
    synchronized void leave(Claimant claimant) {
        claimants--;
        withdraw(claimant);
    }

    /** Takes a permit, unless there is none or others have claimed it. */
    synchronized boolean tryAcquire() {
        if (free == 0 || claimed) {
            return false;
        }
        free--;
        return true;
    }

    synchronized void release() {
        free++;
        handOut();
    }

    /** Releases a permit that was promised. */
    synchronized void releasePromised() {
        promises.poll();
        release();
    }

    /**
     * Asks for a permit; the answer is a call of {@link Claimant#permitGranted()}, perhaps at once. A claim that stands
     * already is not made twice. To be called on the claimant's own thread.
     */
    void claim(Claimant claimant) {
        if (mustWait(claimant)) {
            eventLoops.forEach(Runnable::run);
        }
    }

    private synchronized boolean mustWait(Claimant claimant) {
        boolean isNew = claims.add(claimant);
        handOut();
        return isNew && claims.contains(claimant);
    }

    /** Takes a claim back, so that nobody parts with a connection for it. To be called on the claimant's own thread. */
    void withdraw(Claimant claimant) {
        // At the end of each transaction: who claims has seen to it that this is true until it is served.
        if (claimed) {
            withdrawClaim(claimant);
        }
    }

    private synchronized void withdrawClaim(Claimant claimant) {
        claims.remove(claimant);
        claimed = !claims.isEmpty();
    }

    /** Whether a pool other than this one waits for a permit; most often it has connections that will come free. */
    boolean claimedByOthers(Claimant claimant) {
        return claimed && anotherClaims(claimant);
    }

    private synchronized boolean anotherClaims(Claimant claimant) {
        return claims.size() > (claims.contains(claimant) ? 1 : 0);
    }

    /** Promises a permit, in time, to another pool that has less than its share, unless all such have promises. */
    boolean promiseIfNeeded(Claimant giver) {
        return claimed && promise(giver, Math.max(1, share()));
    }

    /** The same, of a pool that has more than its share, and should part with it even if it has work for it. */
    boolean promiseIfOwed(Claimant giver) {
        return claimed && giver.permitsHeld() > share() && promiseIfNeeded(giver);
    }

    /** Promises a permit to another pool, however much it has, unless all that wait have promises. */
    boolean promiseIfClaimed(Claimant giver) {
        return claimed && promise(giver, Integer.MAX_VALUE);
    }

    /**
     * The event loops hear of a claim all at once: looking and promising are one step, lest each part with a connection
     * for it. Ends early: those who have their share and claim more are fewer than the permits.
     */
    private synchronized boolean promise(Claimant giver, int least) {
        // A promise may be for the giver's own claim.
        int unserved = Math.min(0, (claims.contains(giver) ? 1 : 0) - freshPromises());
        for (Iterator<Claimant> all = claims.iterator(); all.hasNext() && unserved <= 0; ) {
            Claimant other = all.next();
            unserved += other != giver && other.permitsHeld() < least ? 1 : 0;
        }
        if (unserved > 0) {
            promise();
        }
        return unserved > 0;
    }

    /** Promises a permit for a claim that is about to be made. */
    synchronized void promise() {
        promises.add(System.nanoTime());
    }

    private int freshPromises() {
        long now = System.nanoTime();
        int fresh = 0;
        for (Iterator<Long> latest = promises.descendingIterator();
                latest.hasNext() && now - latest.next() < PROMISE_NANOS; ) {
            fresh++;
        }
        return fresh;
    }

    private synchronized int share() {
        return total / Math.max(1, claimants);
    }

    /** Gives what is free to who claims it. */
    private void handOut() {
        for (Iterator<Claimant> oldest = claims.iterator(); free > 0 && oldest.hasNext(); ) {
            // Within the lock, so that who is granted one is not taken for one who lacks it.
            oldest.next().permitGranted();
            oldest.remove();
            free--;
        }
        claimed = !claims.isEmpty();
    }
}
