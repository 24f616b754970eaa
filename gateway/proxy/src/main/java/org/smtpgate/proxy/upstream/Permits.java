package org.smtpgate.proxy.upstream;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The right to have a connection to one upstream, shared by the pools of all event loops: the one place where they
 * meet.
 *
 * <p>A pool that finds no permit claims one. Whatever permit is then given back goes to the oldest claim, from hand to
 * hand: who has just given one back cannot be first to take it again. The other pools are told, and part with what they
 * can: see {@link #needed} and {@link #owed}. So nobody waits for long beside an idle connection, and none changes hands
 * for nothing.
 *
 * <p>Safe for any thread.
 */
final class Permits {
    private final int total;
    private final AtomicInteger free;
    private final List<Claimant> claimants = new CopyOnWriteArrayList<>();
    private final Queue<Claimant> claims = new ConcurrentLinkedQueue<>();

    /** A pool, as its peers see it. Its methods may be called on any thread. */
    interface Claimant {
        /** Here is a permit, to be used or to be released. */
        void permitGranted();

        /** Somebody waits who did not before. */
        void permitWanted();

        /** How many permits it has. */
        int permitsHeld();
    }

    Permits(int total) {
        this.total = total;
        this.free = new AtomicInteger(total);
    }

    void join(Claimant claimant) {
        claimants.add(claimant);
    }

    /** Takes a permit, unless there is none or others have claimed it. */
    boolean tryAcquire() {
        return claims.isEmpty() && take();
    }

    void release() {
        free.incrementAndGet();
        handOut();
    }

    /**
     * Asks for a permit; the answer is a call of {@link Claimant#permitGranted()}, perhaps at once. A claim that stands
     * already is not made twice. To be called on the claimant's own thread.
     */
    void claim(Claimant claimant) {
        if (claims.contains(claimant)) {
            return;
        }
        claims.add(claimant);
        for (Claimant other : claimants) {
            if (other != claimant) {
                other.permitWanted();
            }
        }
        handOut();
    }

    /** Takes a claim back, so that nobody parts with a connection for it. To be called on the claimant's own thread. */
    void withdraw(Claimant claimant) {
        claims.remove(claimant);
    }

    /** Whether a pool other than this one waits for a permit; most often it has connections that will come free. */
    boolean claimedByOthers(Claimant claimant) {
        return claims.stream().anyMatch(other -> other != claimant);
    }

    /** Whether a pool other than this one waits for a permit and has less than its share. */
    boolean needed(Claimant claimant) {
        int least = Math.max(1, share());
        return claims.stream().anyMatch(other -> other != claimant && other.permitsHeld() < least);
    }

    /** Whether this pool, which has more than its share, should give such a one a permit even if it has work for it. */
    boolean owed(Claimant claimant) {
        return claimant.permitsHeld() > share() && needed(claimant);
    }

    private int share() {
        return total / Math.max(1, claimants.size());
    }

    /**
     * Gives what is free to who claims it. Whoever adds a permit or a claim calls this afterwards; it ends when it has
     * seen that one of both is lacking, so the last of two that race sees the other's.
     */
    private void handOut() {
        while (!claims.isEmpty() && take()) {
            Claimant next = claims.poll();
            if (next == null) {
                free.incrementAndGet();
            } else {
                next.permitGranted();
            }
        }
    }

    private boolean take() {
        for (int now = free.get(); now > 0; now = free.get()) {
            if (free.compareAndSet(now, now - 1)) {
                return true;
            }
        }
        return false;
    }
}
